"""What the server says of itself (RFC 8414), and how it names itself (RFC 9207)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from conformance.reference.call import Call


class MetadataDecisions:
    """The metadata, and the issuer that stands in it."""

    def issuer(self, call: Call) -> str:
        """Return the server's own identifier: where it was reached, without a path."""
        return f"http://{call.headers.get('Host', '')}"

    def metadata(self, call: Call) -> dict[str, object]:
        """Return the members of the document (RFC 8414 section 2)."""
        settings = call.settings
        public = ["none"] if any(not client.secret for client in settings.clients) else []
        return {
            "issuer": self.issuer(call),
            **self.metadata_endpoints(call),
            "response_types_supported": ["code"],
            "grant_types_supported": list(settings.grants),
            "token_endpoint_auth_methods_supported": [*settings.client_authentication, *public],
            **({"code_challenge_methods_supported": ["S256"]} if settings.pkce else {}),
            "authorization_response_iss_parameter_supported": self.names_issuer(call),
        }

    def metadata_endpoints(self, call: Call) -> dict[str, object]:
        """Return the members that say where the endpoints are."""
        settings = call.settings
        others = {f"{part}_endpoint": route for part, route in settings.companions.items()}
        routes = {
            "authorization_endpoint": settings.authorize,
            "token_endpoint": settings.token,
            **others,
        }
        base = f"http://{call.headers.get('Host', '')}"
        return {
            name: base + route.path for name, route in routes.items() if name != "metadata_endpoint"
        }

    def metadata_body(self, call: Call, members: Mapping[str, object]) -> str:
        """Return the document as it is sent."""
        del call
        return json.dumps(members)

    def metadata_status(self, call: Call) -> int:
        """Return the status with which it comes."""
        del call
        return 200

    def metadata_headers(self, call: Call) -> dict[str, str]:
        """Return the headers with which it comes."""
        del call
        return {"Content-Type": "application/json"}

    def names_issuer(self, call: Call) -> bool:
        """Return whether authorization responses name the issuer: where metadata says so too."""
        return "metadata" in call.settings.companions

    def issuer_members(self, call: Call) -> dict[str, str]:
        """Return what names the issuer in an authorization response (RFC 9207 section 2)."""
        return {"iss": self.issuer(call)} if self.names_issuer(call) else {}
