"""Codes and tokens that can be guessed, that repeat, or that say too much."""

from __future__ import annotations

import base64
import itertools
import uuid
from collections.abc import Iterator
from typing import Any

from conformance.faults.catalogue import Decision, also_in, fault
from conformance.faults.conditions import gives, when
from conformance.reference import Decisions
from conformance.reference.call import Call

# How the three kinds of value are called, and which decision makes them.
_MAKERS = {
    "code": "new_code",
    "access-token": "new_access_token",
    "refresh-token": "new_refresh_token",
}


def _kind(name: str) -> str:
    return name.replace("-", "_")


def _unguessable(kind: str) -> tuple[str, ...]:
    return f"value.entropy[{kind}]", f"value.generous-entropy[{kind}]"


def _counted(start: int, form: str) -> Decision:
    numbers: Iterator[int] = itertools.count(start)
    return lambda *_: form.format(next(numbers))


def _refreshed(_self: Decisions, _call: object, lineage: Any) -> bool:  # noqa: ANN401 - a Lineage
    return bool(lineage.generation > 0)


def _latest(self: Decisions, call: Call, kind: Any, lineage: Any) -> str:  # noqa: ANN401
    """Return what this client got for this user before, or a new value."""
    mine = [
        one.value
        for one in call.state.store.every(kind)
        if (one.lineage.client_id, one.lineage.subject) == (lineage.client_id, lineage.subject)
    ]
    return mine[-1] if mine else self.random_value()


for _name, _maker in _MAKERS.items():
    fault(
        f"value.{_name}-counted",
        f"Each {_name} is the one before and one more.",
        breaks=[f"value.shape[{_kind(_name)}]", *_unguessable(_kind(_name))],
        **{_maker: _counted(10**12, "{}")},
    )
    fault(
        f"value.{_name}-hardly-random",
        f"Most of a {_name} is the same in all of them.",
        breaks=[*_unguessable(_kind(_name))],
        **{_maker: lambda self, *_: f"{'kitchenmonki-token-':a<32}{self.random_value()[:11]}"},
    )
    fault(
        f"value.{_name}-short",
        f"A {_name} has eight characters.",
        breaks=[f"value.shape[{_kind(_name)}]", *_unguessable(_kind(_name))],
        **{_maker: lambda self, *_: self.random_value()[:8]},
    )
    fault(
        f"value.{_name}-uuid",
        f"A {_name} is a UUID.",
        breaks=[f"value.shape[{_kind(_name)}]"],
        **{_maker: lambda *_: str(uuid.uuid4())},
    )
    fault(
        f"value.{_name}-blanks",
        f"A {_name} holds blanks and an umlaut.",
        breaks=[f"value.shape[{_kind(_name)}]", f"value.visible-ascii[{_kind(_name)}]"],
        **{_maker: lambda self, *_: f"{self.random_value()[:40]} ü"},
    )

also_in("oauth2", "value.access-token-blanks", "value.bearer-syntax")
fault(
    "value.access-token-repeated",
    "A client that asks again gets the access token that it has.",
    breaks=[
        "refresh.rotates",
        "value.fresh[access_token]",
        "introspection.expired",
        "value.generous-entropy[access_token]",
    ],
    new_access_token=lambda self, call, lineage: _latest(self, call, "access_token", lineage),
)
also_in("oauth2", "value.access-token-repeated", "value.entropy[access_token]")
fault(
    "value.refresh-token-repeated",
    "A client that asks again gets the refresh token that it has.",
    breaks=["value.fresh[refresh_token]"],
    new_refresh_token=when(
        _refreshed,
        Decisions.new_refresh_token,
        lambda self, call, lineage: _latest(self, call, "refresh_token", lineage),
    ),
)
fault(
    "value.code-repeated",
    "A user who allows the same client again gets the same code.",
    breaks=[
        "lifetime.code-before",
        "lifetime.code-edge[before]",
        "value.fresh[code]",
        "value.entropy[code]",
        "pkce.invalid-grant[of-another-code]",
        "pkce.refused[of-another-code]",
        "value.generous-entropy[code]",
    ],
    new_code=lambda self, call, lineage: _latest(self, call, "code", lineage),
)
also_in(
    "oauth2", "value.code-repeated", "!lifetime.code-before"
)  # the challenge is the first one's
fault(
    "value.one-for-both",
    "Access token and refresh token are the same value.",
    breaks=[
        "kind.access-token-as-refresh-token",
        "placement.refused[*,refresh-token]",
        "value.distinct",
        "revocation.refresh-token",
        "revocation.unknown-hint[refresh_token]",
        "revocation.wrong-hint[refresh_token]",
    ],
    new_refresh_token=lambda _self, call, lineage: next(
        one.value for one in call.state.store.every("access_token") if one.lineage is lineage
    ),
)
fault(
    "value.code-is-access-token",
    "The access token that a code buys is the code itself.",
    breaks=["value.distinct"],
    new_access_token=when(
        lambda _self, _call, lineage: bool(lineage.parent and lineage.parent.kind == "code"),
        lambda _self, _call, lineage: lineage.parent.value,
        Decisions.new_access_token,
    ),
)
fault(
    "value.access-token-names-user",
    "An access token begins with the name of its user.",
    breaks=["value.opaque[access_token]"],
    new_access_token=lambda self, _call, lineage: f"{lineage.subject}-{self.random_value()}"[
        :43
    ].ljust(43, "x"),
)
fault(
    "value.code-holds-secret",
    "A code holds the client's secret in base64.",
    breaks=["value.shape[code]", "value.opaque[code]"],
    new_code=lambda self, call, lineage: (
        base64.urlsafe_b64encode(
            f"{self.find_client(call, lineage.client_id).secret}.{self.random_value()}".encode()
        )
        .decode()
        .rstrip("=")
    ),
)
fault(
    "value.refresh-token-holds-secret",
    "A refresh token ends with the client's secret.",
    breaks=["value.shape[refresh_token]", "value.opaque[refresh_token]"],
    new_refresh_token=lambda self, call, lineage: (
        f"{self.random_value()}.{self.find_client(call, lineage.client_id).secret}"
    ),
)
fault(
    "value.access-token-constant",
    "There is one access token for all.",
    breaks=[
        "association.clients-apart",
        "refresh.rotates",
        "value.fresh[access_token]",
        "value.entropy[access_token]",
        "introspection.expired",
        "value.generous-entropy[access_token]",
    ],
    new_access_token=gives("A" * 43),
)
