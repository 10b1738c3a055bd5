"""A resource whose path nobody tells is not looked for at a made-up one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.reference import Decisions, Server, create_app
from conformance.reference.call import Call
from conformance.reference.problems import Problem
from conformance.targets import start
from conformance.targets.description.file import parse
from conformance.targets.live import start_in_process
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.verdict import Outcome


@pytest.mark.parametrize(
    ("case_id", "outcome"),
    [
        ("challenge.present[no-token]", Outcome.INCONCLUSIVE),
        ("placement.accepted[form,authorization_code]", Outcome.NOT_APPLICABLE),
        ("grant.issues[client_credentials]", Outcome.PASS),
    ],
)
def test_a_resource_without_a_path_fails_nothing(case_id: str, outcome: Outcome) -> None:
    """What needs a resource is unjudged, what need not exist is absent, the rest is judged."""
    contract = load(find("oauth2"))
    settings = settings_for(contract)
    with Server(create_app(settings)) as server:
        whole = target_file_for(settings, server.url, "oauth2").model_dump(exclude_unset=True)
        whole["resource"].pop("paths")
        with start(parse({**whole, "identity": None}, Path("reference.toml")), contract) as live:
            cases = [one for one in catalogue.cases(contract) if one.id == case_id]
            assert survey(live, cases)[case_id].outcome is outcome


class _Narrow(Decisions):
    """Whoever asks for no scope gets a token that is good for nothing, and is told so in a body."""

    def default_scope(self, call: Call) -> tuple[str, ...]:
        del call
        return ()

    def resource_error(self, call: Call, problem: Problem) -> dict[str, object]:
        del call
        return {"error": problem.error}

    def resource_error_headers(self, call: Call, problem: Problem) -> dict[str, str]:
        del call, problem
        return {"Content-Type": "application/json"}


def test_a_scope_that_nobody_asked_for_fails_no_service() -> None:
    """The target file was silent about it; the reason says where to name it."""
    contract = load(find("oauth2"))
    settings = replace(settings_for(contract), wanted_scopes={"getResource": "read"})
    with Server(create_app(settings, decisions=_Narrow())) as server:
        told = target_file_for(settings, server.url, "oauth2").model_dump(exclude_unset=True)
        for name in ("client", "other_client", "service_client", "public_client"):
            told[name].pop("scope")
        with start(parse(told, Path("reference.toml")), contract) as live:
            case_id = "grant.issues[authorization_code]"
            cases = [one for one in catalogue.cases(contract) if one.id == case_id]
            judgement = survey(live, cases)[case_id]
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "[client].scope asks for more" in judgement.reason


def test_a_path_that_leads_nowhere_fails_no_service() -> None:
    """The target file was wrong about it; the reason says where to look."""
    contract = load(find("oauth2"))
    live = start_in_process(contract)
    told = live.file.model_dump(exclude_unset=True)
    told["resource"]["paths"]["postResource"] = "/nowhere"
    told["features"] = {"form": True}
    live.file = type(live.file).model_validate(told)
    case_id = "placement.accepted[form,authorization_code]"
    judgement = survey(live, [one for one in catalogue.cases(contract) if one.id == case_id])
    assert judgement[case_id].outcome is Outcome.INCONCLUSIVE
    assert "[resource].paths" in judgement[case_id].reason
