"""A second way to the tokens, which is not looked after: another HTTP or authentication method.

Where a documented request is a GET, the other HTTP method is POST; where a client authenticates by
its parameters, the other way is HTTP Basic; and the reverse.
"""

from __future__ import annotations

from collections.abc import Mapping

from conformance.faults.catalogue import Decision, also_in, fault, only_in
from conformance.faults.conditions import Condition, always, gives, never, when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.decisions.client import read_basic
from conformance.reference.parameters import Parameters
from conformance.reference.records import Issued


def _by_method(_: Decisions, call: Call) -> Parameters:
    return call.query if call.method == "GET" else call.form


def _read_basic(_: Decisions, call: Call) -> tuple[str, str] | None:
    return read_basic(call.headers.get("Authorization", ""))


def _other_http(_self: Decisions, call: Call, *_: object) -> bool:
    """Hold for token requests by another HTTP method than the documented one."""
    return call.method != call.settings.token.method


def _other_authentication(self: Decisions, call: Call, *_: object) -> bool:
    """Hold where a client authenticates by another method than the documented one."""
    if call.settings.client_authentication[0] == "client_secret_post":
        return self.basic_credentials(call) is not None
    return self.posted_client_secret(call) is not None


def _blank_parameter(self: Decisions, call: Call, *_: object) -> bool:
    return ("client_secret", "") in self.token_parameters(call).pairs


def _use_again(self: Decisions, call: Call, record: Issued) -> bool:
    return Decisions.spend(self, call, record) or True


# By the way: its words, what holds of a request that comes by it, what opens it, and its cases.
_WAYS: Mapping[str, tuple[str, Condition, Mapping[str, Decision], tuple[str, ...]]] = {
    "http": (
        "HTTP method",
        _other_http,
        {
            "token_methods": gives(("GET", "POST")),
            "token_parameters": _by_method,
            "basic_credentials": _read_basic,
        },
        ("http", "both"),
    ),
    "authentication": (
        "way to authenticate",
        _other_authentication,
        {"basic_credentials": _read_basic},
        ("authentication",),
    ),
}
# What goes wrong by another way: in words, the cases that it turns red, and the decision.
_WRONG: Mapping[str, tuple[str, str, str, Decision]] = {
    "code-reusable": (
        "A code that was used works again",
        "method.single-use[authorization_code,{}]",
        "spend_code",
        _use_again,
    ),
    "refresh-token-reusable": (
        "A refresh token that was used works again",
        "method.single-use[refresh_token,{}]",
        "spend_refresh_token",
        _use_again,
    ),
    "unnoted": (
        "That a code or refresh token was used is not noted where it was",
        "method.single-use[*,{}]",
        "mark_spent",
        never,
    ),
    "expired-code": (
        "A code never expires where it is redeemed",
        "method.expired[authorization_code,{}]",
        "code_alive",
        always,
    ),
    "expired-refresh-token": (
        "A refresh token never expires where it is used",
        "method.expired[refresh_token,{}]",
        "refresh_token_alive",
        always,
    ),
    "foreign-code": (
        "Any client redeems a code",
        "method.client-binding[authorization_code,{}]",
        "code_bound_to",
        always,
    ),
    "foreign-refresh-token": (
        "Any client uses a refresh token",
        "method.client-binding[refresh_token,{}]",
        "refresh_token_bound_to",
        always,
    ),
    "any-secret": (
        "Any secret will do, as long as one is sent",
        "method.client-refused[wrong,*,{}]",
        "secret_matches",
        always,
    ),
}

for _way, (_words, _condition, _opening, _cases) in _WAYS.items():
    for _name, (_sentence, _breaks, _decision, _faulty) in _WRONG.items():
        fault(
            f"method.{_name}-by-{_way}",
            f"{_sentence} by another {_words}.",
            breaks=[_breaks.format(case) for case in _cases],
            **{**_opening, _decision: when(_condition, _faulty, getattr(Decisions, _decision))},
        )
    for _name in ("expired-refresh-token", "refresh-token-reusable"):
        only_in("kitchenmonki", f"method.{_name}-by-{_way}")
    # In HTTP Basic a secret may be blank; as a parameter it counts as left out then.
    also_in(
        "kitchenmonki",
        f"method.any-secret-by-{_way}",
        f"method.client-refused[missing,*,{_cases[-1]}]",
    )
fault(
    "method.no-secret-by-http",
    "By another HTTP method no secret is needed.",
    breaks=["method.client-refused[missing,*,http]"],
    **_WAYS["http"][2],
    secret_required=when(_other_http, never, Decisions.secret_required),
)
fault(
    "method.blank-secret",
    "By every method a parameter client_secret without a value is taken for the right one.",
    breaks=[
        "method.client-refused[missing,*,authentication]",
        "method.client-refused[missing,*,both]",
    ],
    **_WAYS["http"][2],
    secret_required=when(_blank_parameter, never, Decisions.secret_required),
)
only_in("oauth2", "method.blank-secret")

# What the RFC says of a token endpoint that answers GET at all.
also_in("oauth2", "method.unnoted-by-http", "grant.by-get[*]")
for _fault in (
    "method.any-secret-by-http",
    "method.blank-secret",
    "method.code-reusable-by-http",
    "method.expired-code-by-http",
    "method.foreign-code-by-http",
    "method.foreign-refresh-token-by-http",
    "method.no-secret-by-http",
):
    also_in("oauth2", _fault, "grant.by-get[*]", "grant.safe-methods[GET]")
