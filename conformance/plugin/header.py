"""The first line of a journal: what the run is, so that a report needs nothing else."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import conformance
from conformance.contract import Contract, Requirement
from conformance.targets import LiveTarget, TargetFile

if TYPE_CHECKING:
    from conformance.plugin.session import Options, Session


def header(session: Session, live: LiveTarget | None) -> dict[str, Any]:
    """Return what is known before the first check runs; without a live target, why not."""
    contract = session.contract
    return {
        "suite": conformance.__version__,
        "contract": {"name": contract.name, "version": contract.version, "digest": contract.digest},
        "target": _target(session.file, live),
        "endpoints": _endpoints(live) if live else {},
        "profile": session.file.profile if session.file else None,
        "clock": live.clock.name if live else None,
        "consent": live.consent.name if live else None,
        "seed": session.seed,
        "effort": "soak" if session.options.soak else session.selection.effort.name.lower(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "selection": _selection(session.options),
        "cases": [case.id for case in session.cases],
        "unsteady": [case.id for case in session.cases if not case.check.steady],
        "accept": _accepted(live.file if live else session.file),
        "baseline": session.baseline.model_dump(mode="json") if session.baseline else None,
        "faults": list(session.faults),
        **promises(contract),
    }


def _accepted(file: TargetFile | None) -> dict[str, str]:
    return dict(file.accept) if file else {}


def promises(contract: Contract) -> dict[str, Any]:
    """Return the documents of a contract and what they demand."""
    return {
        "documents": [asdict(document) for document in contract.documents],
        "requirements": [_requirement(found) for found in contract.requirements],
        "deviations": [asdict(deviation) for deviation in contract.deviations],
        "readings": [asdict(reading) for reading in contract.readings],
    }


def _selection(options: Options) -> dict[str, Any]:
    """Return what was asked for, so that the run can be taken up again from any folder."""
    return {
        "only": list(options.only),
        "target": _absolute(options.target),
        "contract": _absolute(options.contract),
        "clock": options.clock,
        "strict": options.strict,
        "shard": options.shard,
        "baseline": _absolute(options.baseline),
        "soak": options.soak,
    }


def _absolute(named: str | None) -> str | None:
    return str(Path(named).resolve()) if named and Path(named).exists() else named


def _endpoints(live: LiveTarget) -> dict[str, str]:
    """Return where the parts of the target are, and what moves its clock if a request does."""
    found = {name: url for name, url in asdict(live.endpoints).items() if isinstance(url, str)}
    advance = live.file.clock.advance
    return found | ({"clock": advance.partition("?")[0]} if advance else {})


def _target(file: TargetFile | None, live: LiveTarget | None) -> dict[str, str]:
    if live is None:
        return {"name": file.name if file else "embedded"}
    return {"name": live.name, "kind": live.kind, "url": live.endpoints.api, **_server(live.file)}


def _server(file: TargetFile) -> dict[str, str]:
    """Return which server it is, where the target file installs it."""
    found = file.install
    if found is None:
        return {}
    return {"server": found.server, "version": found.version, "language": found.language}


def _requirement(found: Requirement) -> dict[str, Any]:
    return {
        "id": found.id,
        "level": str(found.level),
        "document": found.document.id,
        "section": found.section,
        "source": found.source,
        "statement": found.statement,
        "origin": found.origin,
        "severity": found.severity,
        "checks": [str(selector) for selector in found.checks],
        "excluded": found.excluded,
        "why": found.why,
        "readings": list(found.readings),
    }
