"""What codes and tokens look like, which is the server's affair (reading KMA-25)."""

from __future__ import annotations

import base64
import json
import secrets
import uuid

from conformance.reference import Decisions, Placement
from conformance.reference.call import Call
from conformance.reference.records import Issued, Lineage


class HexTokens(Decisions):
    """Values are 64 hex digits: RFC 6749 section 1.4 leaves their form to the server (KMA-25)."""

    def random_value(self) -> str:
        return secrets.token_hex(32)


class DecimalTokens(Decisions):
    """Values are 50 decimal digits, which have no case to exchange (KMA-25)."""

    def random_value(self) -> str:
        return str(10**49 + secrets.randbelow(9 * 10**49))


class Uuids(Decisions):
    """Values are random UUIDs of 122 bits, which the page does not forbid (KMA-25)."""

    def random_value(self) -> str:
        return str(uuid.uuid4())


class PrefixedTokens(Decisions):
    """Values begin with a word that says what they are, as secret scanners like it (KMA-25)."""

    def new_code(self, call: Call, lineage: Lineage) -> str:
        return f"km_ac_{super().new_code(call, lineage)}"

    def new_access_token(self, call: Call, lineage: Lineage) -> str:
        return f"km_at_{super().new_access_token(call, lineage)}"

    def new_refresh_token(self, call: Call, lineage: Lineage) -> str:
        return f"km_rt_{super().new_refresh_token(call, lineage)}"


class JwtTokens(Decisions):
    """Access tokens are JWTs of a thousand characters (RFC 9068); clients take them as opaque."""

    def new_access_token(self, call: Call, lineage: Lineage) -> str:
        claims = {
            "iss": "https://issuer.example",
            "client_id": lineage.client_id,
            "iat": int(call.now),
            "exp": int(call.now + call.settings.access_token_lifetime),
            "jti": secrets.token_hex(200),
        }
        parts = (json.dumps(part).encode() for part in ({"alg": "RS256", "typ": "at+jwt"}, claims))
        signed = [*parts, secrets.token_bytes(256)]
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in signed)


class ShortCodes(Decisions):
    """Codes are 20 characters: enough for 30 seconds, and the page names no length (KMA-25)."""

    def new_code(self, call: Call, lineage: Lineage) -> str:
        del call, lineage
        return secrets.token_urlsafe(15)


class EscapedValues(Decisions):
    """Values are plain base64, whose +, / and = need escaping (RFC 6749 appendix A.11, A.12)."""

    def random_value(self) -> str:
        return "+/" + base64.b64encode(secrets.token_bytes(31)).decode()


class OddValues(Decisions):
    """Values hold any visible character that a header can carry (RFC 6750 section 2.1)."""

    def random_value(self) -> str:
        return f"~.{secrets.token_hex(32)}-_+/="


class DecodedValues(Decisions):
    """Values stand for bytes, and a decoder that is lenient reads not all of a last character."""

    def find_access_token(self, call: Call, value: str, placement: Placement) -> Issued | None:
        return super().find_access_token(call, _canonical(value), placement)

    def find_code(self, call: Call, value: str) -> Issued | None:
        return super().find_code(call, _canonical(value))

    def find_refresh_token(self, call: Call, value: str) -> Issued | None:
        return super().find_refresh_token(call, _canonical(value))


def _canonical(value: str) -> str:
    """Return the one value that stands for the same bytes and has no bit to spare (KMA-25)."""
    try:
        read = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except ValueError:
        return value
    return base64.urlsafe_b64encode(read).decode().rstrip("=")


VARIANTS = (
    HexTokens,
    DecimalTokens,
    Uuids,
    PrefixedTokens,
    JwtTokens,
    ShortCodes,
    EscapedValues,
    OddValues,
    DecodedValues,
)
