"""What a run would send, and how much: found out on the embedded server, told, and not sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from rich.console import Console

from conformance.checks.running.survey import survey
from conformance.cli.saying import say
from conformance.plugin.session import Session
from conformance.targets import LiveTarget, start
from conformance.targets.risk import objection
from conformance.wire import Exchange

_MINUTE = 60


def rehearse(session: Session, console: Console) -> None:
    """Print where a run would go and how many requests it would send, and send none of them."""
    sent: Counter[str] = Counter()
    spared = dict(_spared(session))
    sending = [case for case in session.selected if case.id not in spared]
    with start(None, session.contract) as stand_in:
        stand_in.wire.listeners.append(lambda one: sent.update([_name(stand_in, one)]))
        survey(stand_in, sending, effort=session.selection.effort, seed=session.seed)
    lines = (
        f"{len(session.selected)} check cases of {session.contract.name}",
        *_where(session),
        *_how_much(sent),
        *(f"not sent: {case_id}: {why}" for case_id, why in spared.items()),
    )
    told = session.file and session.file.endpoints.metadata
    last = "nothing was sent to the target" + (" but a request for its metadata" if told else "")
    for line in (*lines, *_how_long(session, sent), *_how_often(session, sent), last):
        say(console, line)


def _where(session: Session) -> Iterator[str]:
    file = session.file
    if file is None or file.process:
        yield "target: a server of this machine, started for the run"
        return
    with start(
        file, session.contract
    ) as live:  # reaching a remote target reads its metadata at most
        yield f"target: {file.name} ({file.source})"
        for name in ("authorize", "token", "api"):
            yield f"{name}: {getattr(live.endpoints, name)}"
        yield f"no request leaves {', '.join(sorted(live.wire.hosts))}"


def _spared(session: Session) -> Iterator[tuple[str, str]]:
    """Yield the cases that may not be risked at the target, and why."""
    if session.file is None or session.file.process:
        return
    with start(session.file, session.contract) as live:
        for case in session.selected:
            why = objection(live, session.selection.effort, case.check.risk)
            if why:
                yield case.id, why


def _how_much(sent: Counter[str]) -> Iterator[str]:
    yield f"about {sum(sent.values())} requests, as rehearsed on the embedded server:"
    for name, number in sent.most_common():
        yield f"  {number:>6} {name}"


def _how_long(session: Session, sent: Counter[str]) -> Iterator[str]:
    if session.file is None or session.file.process:
        return
    with start(session.file, session.contract) as live:
        rate = live.wire.budget.limits.rate
    if rate:
        minutes = sum(sent.values()) / rate / _MINUTE
        yield f"at {rate:g} requests a second that takes about {minutes:.0f} minutes"


def _how_often(session: Session, sent: Counter[str]) -> Iterator[str]:
    if session.file and session.file.consent.driver == "manual":
        opened = session.contract.authorize
        times = sent[f"{opened.method} {opened.path}"]
        yield f"a person is asked {times} times at most; --only and --effort smoke ask for less"


def _name(live: LiveTarget, exchange: Exchange) -> str:
    """Return the operation that a request calls, or its path where it calls none."""
    path = urlsplit(exchange.request.url).path
    for operation in live.contract.operations.values():
        template = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(operation.path))
        if operation.method == exchange.request.method and re.fullmatch(template, path):
            return f"{operation.method} {operation.path}"
    return "others: the pages of login and consent, requests bent on purpose"
