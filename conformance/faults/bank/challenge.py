"""Challenges of a resource that say too little, or too much (RFC 6750 section 3)."""

from __future__ import annotations

from conformance.faults.catalogue import Decision, fault
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.decisions.error import CHALLENGED
from conformance.reference.problems import MISSING_TOKEN, UNKNOWN_TOKEN, Problem


def _saying(text: str) -> Decision:
    def challenge(_: Decisions, call: Call, problem: Problem) -> str:
        del call
        return text if problem in CHALLENGED else ""

    return challenge


def _and(more: str) -> Decision:
    def challenge(self: Decisions, call: Call, problem: Problem) -> str:
        said = Decisions.bearer_challenge(self, call, problem)
        return said and said + more

    return challenge


def _echo(self: Decisions, call: Call, problem: Problem) -> str:
    said = Decisions.bearer_challenge(self, call, problem)
    given = call.headers.get("Authorization", "").partition(" ")[2]
    return f'{said}, token="{given}"' if said and given else said


fault(
    "challenge.bare",
    "The challenge is the bare word Bearer.",
    breaks=[
        "challenge.parameters[*]",
        "challenge.error",
        "resource.invalid-token",
        "scope.insufficient",
    ],
    bearer_challenge=_saying("Bearer"),
)
fault(
    "challenge.everything-twice",
    "The parameters of a challenge stand in it twice.",
    breaks=[
        "challenge.once[*]",
        "challenge.error",
        "challenge.no-error[*]",
        "scope.insufficient",
        "placement.invalid-request",
    ],
    bearer_challenge=_and(
        ', realm="api"'
        + ', scope="read"' * 2
        + ', error="x"' * 2
        + ', error_description="x"' * 2
        + ', error_uri="https://api.example/"' * 2
    ),
)
fault(
    "challenge.odd-characters",
    "The words of a challenge hold quotes and spaces where none may be.",
    breaks=[
        "challenge.characters[error_description]",
        "challenge.characters[error_uri]",
        "challenge.characters[scope]",
    ],
    bearer_challenge=_and(
        ', error_description="a \\"b\\"", error_uri="https://api.example/a b", scope="a  b"'
    ),
)
fault(
    "challenge.odd-error",
    "The error of a challenge holds a backslash.",
    breaks=[
        "challenge.characters[error]",
        "challenge.error",
        "challenge.no-error[*]",
        "resource.invalid-token",
        "resource.no-error-without-token",
        "scope.insufficient",
        "placement.invalid-request",
    ],
    bearer_challenge=_saying('Bearer realm="api", error="a\\\\b"'),
)
fault(
    "challenge.echo",
    "The challenge repeats the token as it came.",
    breaks=["challenge.no-injection"],
    bearer_challenge=_echo,
)
fault(
    "challenge.only-without-token",
    "A token that is no good is answered without a challenge.",
    breaks=[
        "challenge.present[bad-token]",
        "challenge.with-401[bad-token]",
        "resource.invalid-token",
    ],
    bearer_challenge=lambda self, call, problem: (
        "" if problem is UNKNOWN_TOKEN else Decisions.bearer_challenge(self, call, problem)
    ),
)
fault(
    "challenge.only-with-token",
    "A request without a token is answered without a challenge.",
    breaks=[
        "challenge.present[no-token]",
        "challenge.with-401[no-token]",
        "challenge.with-401[other-scheme]",
    ],
    bearer_challenge=lambda self, call, problem: (
        "" if problem is MISSING_TOKEN else Decisions.bearer_challenge(self, call, problem)
    ),
)
fault(
    "challenge.other-scheme",
    "The challenge is of a scheme of its own.",
    breaks=[
        "challenge.bearer[*]",
        "resource.challenge",
        "resource.invalid-token",
        "scope.insufficient",
    ],
    bearer_challenge=_saying('Token realm="api"'),
)
fault(
    "challenge.forbidden",
    "A token that is no good is answered with 403.",
    breaks=["challenge.status", "resource.invalid-token"],
    error_status=lambda self, call, problem: (
        403 if problem is UNKNOWN_TOKEN else Decisions.error_status(self, call, problem)
    ),
)
