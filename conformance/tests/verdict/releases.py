"""Two releases of the reference server that differ only lawfully, and a run of each."""

from __future__ import annotations

import secrets
from pathlib import Path

from conformance.checks import catalogue
from conformance.checks.running.recorder import Recorder
from conformance.checks.running.survey import survey
from conformance.contract import Contract
from conformance.evidence import Journal, Redactor, read
from conformance.plugin.header import promises
from conformance.reference import Decisions, Placement
from conformance.reference.call import Call
from conformance.reference.problems import FOREIGN_REFRESH_TOKEN, OTHER_REDIRECT_URI, Problem
from conformance.reference.records import Issued, Lineage
from conformance.targets.live import start_in_process
from conformance.verdict.comparison import Side, of_run
from conformance.verdict.results import evaluate

_OTHER_CODES = {
    OTHER_REDIRECT_URI: "invalid_request",
    FOREIGN_REFRESH_TOKEN: "invalid_client",
}


class NextRelease(Decisions):
    """Values live a little longer, two error codes are others, tokens look different."""

    def access_token_alive(self, call: Call, token: Issued, placement: Placement) -> bool:
        """Return whether a token has not been dead for twenty seconds."""
        del placement
        return call.now < token.starts_at + self.access_token_lifetime(call, token) + 20

    def refresh_token_lifetime(self, call: Call, record: Issued) -> float:
        """Return an hour more."""
        return super().refresh_token_lifetime(call, record) + 3600

    def error_code(self, call: Call, problem: Problem) -> str:
        """Return codes that other servers give, where no document says which."""
        return _OTHER_CODES.get(problem) or super().error_code(call, problem)

    def new_access_token(self, call: Call, lineage: Lineage) -> str:
        """Return as long a token of another alphabet."""
        del call, lineage
        return secrets.token_hex(22)[:43]

    def token_headers(self, call: Call) -> dict[str, str]:
        """Return one header more."""
        return {**super().token_headers(call), "X-Content-Type-Options": "nosniff"}


# What a comparison has to name: part, before, after.
NAMED = {
    ("error code", "invalid_grant", "invalid_request"),
    ("error code", "invalid_grant", "invalid_client"),
    ("header x-content-type-options", "none", "nosniff"),
    ("alphabet.access_token", "letters and digits", "lower-case hexadecimal"),
}
MEASURED = {"lifetime.access_token", "lifetime.refresh_token"}


def judged(contract: Contract, decisions: Decisions, seed: int, folder: Path) -> Side:
    """Return a run of a release as a side of a comparison; what is drawn never takes part."""
    cases = catalogue.cases(contract)
    redactor = Redactor()
    live = start_in_process(contract, decisions)
    with Journal(folder / "journal.jsonl", redactor) as journal:
        journal.header(
            suite="x",
            contract={"name": contract.name, "digest": contract.digest},
            target={"name": "shop"},
            cases=[case.id for case in cases],
            unsteady=[case.id for case in cases if not case.check.steady],
            **promises(contract),
        )
        steady = [case for case in cases if case.check.steady]
        survey(live, steady, seed=seed, recorder=Recorder(live, redactor, journal))
        journal.footer(exit_code=None, requests=live.wire.budget.spent, phases={})
    record = read(folder / "journal.jsonl")
    return of_run(folder.name, record, evaluate(record))
