"""Metadata that is not so, and an issuer that is not there (RFC 8414, RFC 9207)."""

from __future__ import annotations

from typing import Any

from conformance.faults.catalogue import Decision, fault
from conformance.faults.conditions import gives, when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.problems import DENIED, Problem
from conformance.reference.records import Issued


def _with(**members: object) -> Decision:
    """Return metadata with other members."""

    def metadata(self: Decisions, call: Call) -> dict[str, object]:
        return {**Decisions.metadata(self, call), **members}

    return metadata


def _without(*names: str) -> Decision:
    def metadata(self: Decisions, call: Call) -> dict[str, object]:
        found = Decisions.metadata(self, call)
        return {name: value for name, value in found.items() if name not in names}

    return metadata


def _moved(name: str, more: str) -> Decision:
    def metadata(self: Decisions, call: Call) -> dict[str, object]:
        found = Decisions.metadata(self, call)
        return {**found, name: f"{found[name]}{more}"}

    return metadata


def _code_alone(self: Decisions, call: Call, asked: Any, code: Issued) -> dict[str, str]:  # noqa: ANN401
    members = Decisions.granted_members(self, call, asked, code)
    return {name: value for name, value in members.items() if name != "iss"}


def _error_alone(self: Decisions, call: Call, asked: Any, problem: Problem) -> dict[str, str]:  # noqa: ANN401
    members = Decisions.denied_members(self, call, asked, problem)
    return {name: value for name, value in members.items() if name != "iss"}


fault(
    "metadata.not-found",
    "There is no metadata where it should be.",
    breaks=["metadata.answer"],
    metadata_status=gives(404),
)
fault(
    "metadata.as-text",
    "The metadata comes as plain text.",
    breaks=["metadata.answer"],
    metadata_headers=gives({"Content-Type": "text/plain"}),
)
fault(
    "metadata.other-issuer",
    "The issuer of the metadata has another path.",
    breaks=[
        "issuer.as-in-metadata",
        "metadata.issuer",
        "metadata.place",
    ],
    metadata=_moved("issuer", "/elsewhere"),
)
fault(
    "metadata.issuer-with-query",
    "The issuer has a query.",
    breaks=[
        "issuer.url",
        "metadata.issuer",
        "metadata.issuer-url",
    ],
    issuer=lambda self, call: f"{Decisions.issuer(self, call)}?tenant=1",
)
fault(
    "metadata.no-authorization-endpoint",
    "The metadata does not say where the authorization endpoint is.",
    breaks=["metadata.member[authorization_endpoint]"],
    metadata=_without("authorization_endpoint"),
)
fault(
    "metadata.no-token-endpoint",
    "The metadata does not say where the token endpoint is.",
    breaks=["metadata.member[token_endpoint]"],
    metadata=_without("token_endpoint"),
)
fault(
    "metadata.no-response-types",
    "The metadata does not list the response types.",
    breaks=[
        "metadata.member[response_types_supported]",
        "metadata.response-types",
    ],
    metadata=_without("response_types_supported"),
)
fault(
    "metadata.other-response-types",
    "The metadata lists a response type that is not served, and not the one that is.",
    breaks=["metadata.response-types"],
    metadata=_with(response_types_supported=["token"]),
)
fault(
    "metadata.other-endpoints",
    "The metadata names endpoints that are elsewhere.",
    breaks=["metadata.endpoint"],
    metadata_endpoints=lambda self, call: {
        name: f"{url}/v2" for name, url in Decisions.metadata_endpoints(self, call).items()
    },
)
fault(
    "metadata.fragment",
    "The authorization endpoint of the metadata has a fragment.",
    breaks=["metadata.no-fragment"],
    metadata=_moved("authorization_endpoint", "#here"),
)
fault(
    "metadata.empty-list",
    "The metadata has a list without elements.",
    breaks=["metadata.no-empty-list"],
    metadata=_with(ui_locales_supported=[]),
)
fault(
    "metadata.grants-hidden",
    "The metadata lists one grant of those that work.",
    breaks=["metadata.grants"],
    metadata=_with(grant_types_supported=["authorization_code"]),
)
fault(
    "metadata.authentication-hidden",
    "The metadata lists another client authentication than the one that works.",
    breaks=["metadata.authentication"],
    metadata=_with(token_endpoint_auth_methods_supported=["tls_client_auth", "none"]),
)
fault(
    "metadata.challenge-methods-hidden",
    "The metadata does not say that PKCE is known.",
    breaks=["metadata.challenge-methods"],
    metadata=_without("code_challenge_methods_supported"),
)
fault(
    "metadata.algorithms-missing",
    "Clients may authenticate by signatures, and no algorithm is listed.",
    breaks=["metadata.signing-algorithms"],
    metadata=_with(
        token_endpoint_auth_methods_supported=["client_secret_basic", "private_key_jwt", "none"]
    ),
)
fault(
    "metadata.algorithm-none",
    "None is listed as an algorithm for signatures.",
    breaks=["metadata.no-none"],
    metadata=_with(token_endpoint_auth_signing_alg_values_supported=["RS256", "none"]),
)
fault(
    "metadata.keys-in-the-clear",
    "The keys are told over plain http by another host.",
    breaks=["metadata.keys"],
    metadata=_with(jwks_uri="http://keys.example/jwks"),
)
fault(
    "issuer.not-with-code",
    "The issuer does not come with a code.",
    breaks=["issuer.with-code"],
    granted_members=_code_alone,
)
fault(
    "issuer.not-with-error",
    "The issuer does not come with an error.",
    breaks=["issuer.with-error"],
    denied_members=_error_alone,
)
fault(
    "issuer.not-with-denial",
    "The issuer does not come with the user's refusal.",
    breaks=["issuer.with-error"],
    denied_members=when(
        lambda _self, _call, _asked, problem: problem is DENIED,
        _error_alone,
        Decisions.denied_members,
    ),
)
fault(
    "issuer.other",
    "The issuer of a response is not that of the metadata.",
    breaks=["issuer.as-in-metadata"],
    issuer_members=lambda self, call: {"iss": f"{self.issuer(call)}/"},
)
fault(
    "issuer.with-query",
    "The issuer of a response has a query.",
    breaks=[
        "issuer.as-in-metadata",
        "issuer.url",
    ],
    issuer_members=lambda self, call: {"iss": f"{self.issuer(call)}?tenant=1"},
)
fault(
    "issuer.not-announced",
    "The issuer comes with responses, and the metadata does not say so.",
    breaks=["issuer.announced"],
    metadata=_without("authorization_response_iss_parameter_supported"),
)
fault(
    "body.refused",
    "Client credentials in the body are not read, as the metadata says.",
    breaks=["body.accepted"],
    posted_client_secret=gives(None),
    metadata=_with(token_endpoint_auth_methods_supported=["client_secret_basic", "none"]),
)
