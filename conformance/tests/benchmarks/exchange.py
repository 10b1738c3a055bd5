"""What an exchange costs when it is recorded: over a bare loop of `requests`."""

from __future__ import annotations

from pathlib import Path

import requests

from conformance.checks.running.recorder import Recorder
from conformance.contract import find, load
from conformance.evidence import Journal, Redactor
from conformance.targets import Service, start
from conformance.targets.description.file import read
from conformance.tests.benchmarks.figure import Figure, ratio_of, side_by_side
from conformance.tests.benchmarks.server import served

_ROUNDS, _REQUESTS = 15, 100
_LIMIT = 1.5


def measure(folder: Path) -> Figure:
    """Call a resource with a good token, with and without the suite."""
    contract = load(find("kitchenmonki"))
    with (
        served(folder) as file,
        start(read(str(file)), contract) as live,
        Journal(folder / "journal.jsonl", redactor := Redactor()) as journal,
        requests.Session() as bare,
    ):
        Recorder(live, redactor, journal)
        service = Service(live)
        token = service.tokens(service.origins()[0]).access_token
        url, headers = live.url_of(contract.example), {"Authorization": f"Bearer {token}"}

        def ours() -> None:
            for _ in range(_REQUESTS):
                service.call(contract.example, token)

        def theirs() -> None:
            for _ in range(_REQUESTS):
                _ = bare.get(url, headers=headers, timeout=10).content

        theirs()
        times = side_by_side(ours, theirs, _ROUNDS)
    ratio, spread = ratio_of(*times)
    return Figure(
        "exchange",
        "a recorded exchange of the suite over one of a bare requests.Session",
        ratio,
        spread,
        _LIMIT,
        {"microseconds bare": 1e6 * min(times[1]) / _REQUESTS},
    )
