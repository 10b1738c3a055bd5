"""All degenerate targets: what each does, and with which exit code a run against it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.contract import Contract
from conformance.faults.degenerate import behaviours
from conformance.faults.degenerate.behaviours import answering
from conformance.faults.degenerate.listener import Behaviour, closed_port, listening
from conformance.faults.degenerate.wavering import Wavering, at_random, strictly
from conformance.reference import Server, Settings
from conformance.targets import TargetFile
from conformance.targets.description.file import parse
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.verdict import exit as exits

_TIMEOUT = 1  # seconds; each answer of a real server comes in milliseconds


@dataclass(frozen=True)
class Degenerate:
    """A target that hardly is one.

    `dead` ones do nothing that a requirement asks for; `honest` are the checks, by the beginnings
    of their ids, whose part of a server tells the truth.
    """

    id: str
    sentence: str
    serve: Callable[[Contract], AbstractContextManager[TargetFile]]
    exit_codes: frozenset[int] = frozenset({exits.NO_TARGET})
    dead: bool = True
    honest: tuple[str, ...] = ("nothing",)


def _described(settings: Settings, url: str, contract: Contract) -> TargetFile:
    """Return the target file of a server that pretends to serve some settings."""
    told = target_file_for(settings, url, str(contract.folder)).model_dump(exclude_unset=True)
    # On a real clock nothing is waited for: what is due later is none of this proof's business.
    told["clock"] = told.get("clock") or {"wait": 0}
    return parse({**told, "limits": {"timeout": _TIMEOUT}}, Path("degenerate"))


def _reached_at(place: Callable[[], AbstractContextManager[str]]) -> Any:  # noqa: ANN401
    @contextmanager
    def serve(contract: Contract) -> Iterator[TargetFile]:
        with place() as url:
            yield _described(settings_for(contract), url, contract)

    return serve


def _behaving(behaviour: Behaviour) -> Any:  # noqa: ANN401
    return _reached_at(lambda: listening(behaviour))


def _wavering(wrong: Callable[[], Callable[[], bool]]) -> Any:  # noqa: ANN401
    @contextmanager
    def serve(contract: Contract) -> Iterator[TargetFile]:
        settings = settings_for(contract, clock_control=True)
        with Server(Wavering(settings, wrong())) as server:
            yield _described(settings, server.url, contract)

    return serve


_JUDGED = frozenset({exits.VIOLATION, exits.NOT_JUDGED})
_SOMETIMES = _JUDGED | {exits.NO_TARGET}

DEGENERATE = (
    Degenerate("closed", "Nobody listens.", _reached_at(lambda: nullcontext(closed_port()))),
    Degenerate("silent", "It never answers.", _behaving(behaviours.silent)),
    Degenerate("drip", "It answers byte by byte and never ends.", _behaving(behaviours.dripping)),
    Degenerate("endless", "Its answers have no end.", _behaving(behaviours.endless)),
    Degenerate("bomb", "Its answers unpack to half a gigabyte.", _behaving(behaviours.bomb)),
    Degenerate("reset", "It breaks off in its answers.", _behaving(behaviours.resetting)),
    Degenerate("redirects", "It redirects in a circle.", _behaving(behaviours.redirecting)),
    Degenerate("empty", "It answers everything with {}.", _behaving(answering("{}"))),
    *(
        Degenerate(
            f"always-{status}",
            f"It answers everything with {status}.",
            _behaving(answering('{"error": "invalid_request"}', status)),
        )
        for status in (400, 401, 403, 429, 500)
    ),
    Degenerate(
        "portal",
        "A captive portal answers in its place.",
        _behaving(answering(behaviours.PORTAL, content_type="text/html")),
    ),
    Degenerate("list", "It answers with a list.", _behaving(answering('["access_token"]'))),
    Degenerate("number", "It answers with a number.", _behaving(answering("42"))),
    Degenerate(
        "deep",
        "It answers with a list in a list, and so on.",
        _behaving(answering(behaviours.DEEP)),
    ),
    Degenerate(
        "generous",
        "It gives a fresh token to everybody.",
        _behaving(behaviours.generous),
        frozenset({exits.VIOLATION}),
        dead=False,
    ),
    Degenerate(
        "alternating",
        "It tells the opposite of the truth every second time.",
        _wavering(strictly),
        _SOMETIMES,
        dead=False,
        honest=("authorize.",),
    ),
    Degenerate(
        "random",
        "It tells the opposite of the truth half of the time.",
        _wavering(at_random),
        _SOMETIMES,
        dead=False,
        honest=("authorize.",),
    ),
)
