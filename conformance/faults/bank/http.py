"""What breaks HTTP itself, or JSON (RFC 9110, RFC 8259)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from conformance.faults.catalogue import Decision, fault
from conformance.faults.conditions import gives
from conformance.reference import Decisions
from conformance.reference.call import Call

# A refresh needs a token that nobody could read.
_NO_JSON = ("answer.json[client_credentials]", "answer.json[authorization_code]")
_KNOWN = ("GET", "HEAD", "POST")


def _upset(_: Decisions, call: Call) -> None:
    if call.method not in _KNOWN:
        raise ValueError


def _in_utf_16(answer: str) -> tuple[str, ...]:
    rules = ("utf-8", "no-byte-order-mark", "parses")
    return tuple(f"json.{rule}[{answer}]" for rule in rules)


def _encoded(encoding: str) -> Decision:
    def body(_: Decisions, call: Call, answer: Mapping[str, object]) -> bytes:
        del call
        return json.dumps(answer).encode(encoding)

    return body


fault(
    "http.no-allow",
    "A method that is not served is refused without saying which are.",
    breaks=["http.allow[*]"],
    allowed_methods=gives(""),
)
fault(
    "http.method-upsets",
    "A method that is not expected makes the server fail.",
    breaks=["http.unserved-method[*]", "http.unknown-method[*]"],
    before=_upset,
)
fault(
    "json.byte-order-mark",
    "The answer with tokens begins with a byte order mark.",
    breaks=["json.no-byte-order-mark[grant]", *_NO_JSON],
    token_body=_encoded("utf-8-sig"),
)
fault(
    "json.utf-16",
    "A refusal of tokens is sent in UTF-16.",
    breaks=[
        "json.utf-8[refused-grant]",
        "json.no-byte-order-mark[refused-grant]",
        "json.parses[refused-grant]",
        "json.utf-8[refused-call]",
        "json.no-byte-order-mark[refused-call]",
        "json.parses[refused-call]",
        "error.json[*]",
        "error.member[*]",
        "error.known-code[*]",
        "error.invalid-client[*]",
        "error.invalid-grant[*]",
        "error.invalid-grant-of-another[*]",
        "error.unauthorized-client",
        "grant.missing-type",
        "grant.unsupported-type",
        "refresh.missing",
        "code.missing",
        "introspection.missing-token",
        "revocation.error[*]",
        "scope.unknown",
        "scope.refresh-widening-error",
        "target.refused[*]",
        "target.refresh",
        "pkce.invalid-grant",
    ],
    error_body=_encoded("utf-16"),
)
fault(
    "json.utf-16-grant",
    "The answer with tokens is sent in UTF-16.",
    breaks=[*_in_utf_16("grant"), *_NO_JSON],
    token_body=_encoded("utf-16"),
)
fault(
    "json.utf-16-introspection",
    "What is told of a token is sent in UTF-16.",
    breaks=[*_in_utf_16("introspection"), "introspection.active", "introspection.boolean[*]"],
    introspection_body=_encoded("utf-16"),
)
fault(
    "http.nameless",
    "The answers of the token endpoint do not say of what type they are.",
    breaks=[
        "http.content-type[grant]",
        "http.content-type[refused-grant]",
        "answer.content-type",
        "error.content-type",
    ],
    token_headers=lambda self, call: {**Decisions.token_headers(self, call), "Content-Type": ""},
    token_error_headers=lambda self, call, problem: {
        **Decisions.token_error_headers(self, call, problem),
        "Content-Type": "",
    },
)
fault(
    "json.no-content-type",
    "Nothing says that introspection is answered in JSON.",
    breaks=["introspection.content-type", "http.content-type[introspection]"],
    introspection_headers=gives({"Content-Type": ""}),
)
fault(
    "http.nameless-resource",
    "The answers of the resources do not say of what type they are.",
    breaks=[
        "http.content-type[resource]",
        "http.content-type[refused-call]",
        "resource.content-type",
    ],
    resource_headers=lambda self, call, operation: {
        **Decisions.resource_headers(self, call, operation),
        "Content-Type": "",
    },
    resource_error_headers=lambda self, call, problem: {
        **Decisions.resource_error_headers(self, call, problem),
        "Content-Type": "",
    },
)
fault(
    "json.utf-16-resource",
    "What a resource holds is sent in UTF-16.",
    breaks=[*_in_utf_16("resource"), "resource.json"],
    resource_body=lambda _self, _call, _operation, answer: json.dumps(answer).encode("utf-16"),
)
