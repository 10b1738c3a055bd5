"""Proof Key for Code Exchange: verifiers that prove nothing (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from conformance.faults.catalogue import Decision, fault
from conformance.faults.conditions import always, gives, when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.problems import (
    MISSING_CODE_CHALLENGE,
    OTHER_CODE_VERIFIER,
    UNKNOWN_CODE_CHALLENGE_METHOD,
    Problem,
)
from conformance.reference.records import Issued, Lineage


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _also(extra: Callable[[str, str], object]) -> Decision:
    """Return a comparison that takes more than the right verifier, by challenge and verifier."""

    def matches(self: Decisions, call: Call, code: Issued, verifier: str | None) -> bool:
        challenge = code.lineage.code_challenge
        lenient = challenge is not None and verifier is not None and extra(challenge, verifier)
        return bool(lenient) or Decisions.code_verifier_matches(self, call, code, verifier)

    return matches


def _without(what: Callable[[Issued, str | None], object]) -> Decision:
    """Return a comparison that is left out where a condition holds for code and verifier."""

    def matches(self: Decisions, call: Call, code: Issued, verifier: str | None) -> bool:
        return bool(what(code, verifier)) or Decisions.code_verifier_matches(
            self, call, code, verifier
        )

    return matches


def _of_any_code(self: Decisions, call: Call, code: Issued, verifier: str | None) -> bool:
    if code.lineage.code_challenge is None or verifier is None:
        return Decisions.code_verifier_matches(self, call, code, verifier)
    challenges = {one.lineage.code_challenge for one in call.state.store.every("code")}
    return _s256(verifier) in challenges


def _by_method_of_redemption(
    self: Decisions, call: Call, code: Issued, verifier: str | None
) -> bool:
    if self.token_parameter(call, "code_challenge_method") == "plain":
        return verifier == code.lineage.code_challenge
    return Decisions.code_verifier_matches(self, call, code, verifier)


def _plain_or_s256(self: Decisions, call: Call, code: Issued, verifier: str | None) -> bool:
    plain = self.__dict__.get("plain", set())
    if code.lineage.code_challenge in plain:
        return verifier == code.lineage.code_challenge
    return Decisions.code_verifier_matches(self, call, code, verifier)


def _serves_plain(self: Decisions, call: Call, method: str) -> bool:
    if method == "plain":
        self.__dict__.setdefault("plain", set()).add(self.code_challenge(call))
    return method in ("plain", "S256")


def _plain_beginning_or_s256(
    self: Decisions, call: Call, code: Issued, verifier: str | None
) -> bool:
    wanted = code.lineage.code_challenge or ""
    begins = wanted in self.__dict__.get("plain", set()) and (verifier or "").startswith(wanted)
    return begins or _plain_or_s256(self, call, code, verifier)


def _code_with_challenge(self: Decisions, call: Call, lineage: Lineage) -> str:
    del call
    return f"{self.random_value()}.{lineage.code_challenge}"


def _error_for(found: Problem, error: str) -> Decision:
    return when(lambda _self, _call, problem: problem is found, gives(error), Decisions.error_code)


def _denied_for(found: Problem, error: str) -> Decision:
    def members(self: Decisions, call: Call, asked: Any, problem: Problem) -> dict[str, str]:  # noqa: ANN401
        told = Decisions.denied_members(self, call, asked, problem)
        return {**told, "error": error} if problem is found else told

    return members


fault(
    "pkce.unchecked",
    "A verifier is not compared with its challenge.",
    breaks=[
        "pkce.downgrade",
        "pkce.invalid-grant",
        "pkce.malformed-challenge",
        "pkce.method-fixed",
        "pkce.refused[altered]",
        "pkce.refused[challenge-as-verifier]",
        "pkce.refused[extended]",
        "pkce.refused[of-another-code]",
        "pkce.refused[other-case]",
        "pkce.refused[wrong]",
        "pkce.supported",
        "public.code[other-verifier]",
    ],
    code_verifier_matches=_without(lambda _code, verifier: verifier is not None),
)
fault(
    "pkce.ignored",
    "Challenges and verifiers are ignored, though metadata speaks of them.",
    breaks=[
        "pkce.downgrade",
        "pkce.invalid-grant",
        "pkce.malformed-challenge",
        "pkce.method-fixed",
        "pkce.refused",
        "pkce.supported",
        "public.code[other-verifier]",
        "public.code[no-verifier]",
    ],
    code_verifier_matches=always,
    code_verifier_well_formed=always,
)
fault(
    "pkce.verifier-optional",
    "A code that was asked for with a challenge is redeemed without a verifier.",
    breaks=[
        "pkce.refused[blank]",
        "pkce.refused[missing]",
        "public.code[no-verifier]",
    ],
    code_verifier_matches=_without(lambda _code, verifier: verifier is None),
)
fault(
    "pkce.challenge-is-verifier",
    "The challenge itself is taken for its verifier.",
    breaks=[
        "pkce.invalid-grant[challenge-as-verifier]",
        "pkce.method-fixed",
        "pkce.refused[challenge-as-verifier]",
    ],
    code_verifier_matches=_also(lambda challenge, verifier: challenge == verifier),
)
fault(
    "pkce.of-any-code",
    "A verifier is taken that belongs to any code.",
    breaks=[
        "pkce.invalid-grant[of-another-code]",
        "pkce.refused[of-another-code]",
    ],
    code_verifier_matches=_of_any_code,
)
fault(
    "pkce.case-ignored",
    "A verifier is taken whose upper and lower case are exchanged.",
    breaks=[
        "pkce.invalid-grant[other-case]",
        "pkce.refused[other-case]",
    ],
    code_verifier_matches=_also(
        lambda challenge, verifier: challenge == _s256(verifier.swapcase())
    ),
)
fault(
    "pkce.method-by-redemption",
    "The method of a challenge can be changed when its code is redeemed.",
    breaks=["pkce.method-fixed"],
    code_verifier_matches=_by_method_of_redemption,
)
fault(
    "pkce.any-method",
    "A method that nobody knows is taken, and compared as S256.",
    breaks=[
        "pkce.plain",
        "pkce.plain-refused",
        "pkce.unknown-method",
    ],
    code_challenge_method_served=always,
)
fault(
    "pkce.plain",
    "The method plain is served.",
    breaks=["pkce.plain-refused"],
    code_challenge_method_served=_serves_plain,
    code_verifier_matches=_plain_or_s256,
)
fault(
    "pkce.plain-beginning",
    "The method plain is served, and only the beginning of a verifier is compared.",
    breaks=["pkce.plain-refused", "pkce.plain[*]"],
    code_challenge_method_served=_serves_plain,
    code_verifier_matches=_plain_beginning_or_s256,
)
fault(
    "pkce.absent-method-is-s256",
    "A challenge without a method is compared as S256.",
    breaks=["pkce.plain[absent]"],
    code_challenge_method=lambda self, call: (
        self.authorize_parameters(call).get("code_challenge_method") or "S256"
    ),
)
fault(
    "pkce.short-verifiers-only",
    "A verifier of more than 64 characters is refused.",
    breaks=[
        "pkce.verifier-accepted[alphabet]",
        "pkce.verifier-accepted[longest]",
    ],
    code_verifier_well_formed=lambda _self, _call, verifier: len(verifier or "") <= 64,
)
fault(
    "pkce.letters-only",
    "A verifier with a tilde or a dot is refused.",
    breaks=[
        "pkce.verifier-accepted[alphabet]",
    ],
    code_verifier_well_formed=lambda _self, _call, verifier: not {".", "~"} & {*(verifier or "")},
)
fault(
    "pkce.some-verifiers-refused",
    "A verifier that begins with dB is refused.",
    breaks=[
        "pkce.round-trip",
        "pkce.verifier-accepted[shortest]",
    ],
    code_verifier_well_formed=lambda _self, _call, verifier: not (verifier or "").startswith("dB"),
)
fault(
    "pkce.malformed-challenge-opens",
    "A challenge that is none opens its code for every verifier.",
    breaks=["pkce.malformed-challenge"],
    code_verifier_matches=_also(lambda challenge, _verifier: len(challenge) != 43),
)
fault(
    "pkce.challenge-in-code",
    "The challenge can be read in the code.",
    breaks=["pkce.hidden"],
    new_code=_code_with_challenge,
)
fault(
    "pkce.downgrade",
    "A verifier is ignored where there was no challenge.",
    breaks=["pkce.downgrade"],
    code_verifier_matches=_without(lambda code, _verifier: code.lineage.code_challenge is None),
)
fault(
    "pkce.invalid-request",
    "A verifier that does not fit is called an invalid request.",
    breaks=["pkce.invalid-grant"],
    error_code=_error_for(OTHER_CODE_VERIFIER, "invalid_request"),
)
fault(
    "pkce.unknown-method-misnamed",
    "A method that is not served is told as a server error.",
    breaks=["pkce.unknown-method-error"],
    denied_members=_denied_for(UNKNOWN_CODE_CHALLENGE_METHOD, "server_error"),
)
fault(
    "pkce.missing-challenge-misnamed",
    "A challenge that is missing is told as access denied.",
    breaks=["pkce.missing-challenge-error"],
    denied_members=_denied_for(MISSING_CODE_CHALLENGE, "access_denied"),
)
