"""The decisions: all in one place, each replaced alone, none of them hidden in the server."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from conformance.reference import Decisions, Server, create_app
from conformance.reference.call import Call
from conformance.reference.problems import Problem
from conformance.tests.reference.visitor import ONE, PAGE, Visitor


def decisions() -> list[tuple[str, object]]:
    """Return all decisions by name."""
    return inspect.getmembers(Decisions, inspect.isfunction)


def test_each_decision_is_described_and_small() -> None:
    """Each decision has its sentence and fits on a screen."""
    for name, decision in decisions():
        assert inspect.getdoc(decision), name
        assert len(inspect.getsource(decision).splitlines()) <= 25, name  # type: ignore[arg-type]


def test_each_decision_is_asked() -> None:
    """No decision is there in vain: somewhere in the server it is asked for."""
    folder = Path(inspect.getfile(create_app)).parent
    source = "".join(file.read_text() for file in folder.rglob("*.py"))
    for name, _ in decisions():
        assert re.search(rf"\.{name}\b", source), name


def test_one_override_changes_one_thing() -> None:
    """A server that accepts the beginning of a secret is otherwise the same."""

    class Careless(Decisions):
        def secret_matches(self, call: Call, client: object, secret: str) -> bool:
            del call, client
            return ONE.secret.startswith(secret)

    with Server(create_app(PAGE, decisions=Careless())) as server, Visitor(server) as visitor:
        assert visitor.token("client_credentials", client_secret=ONE.secret[:3]).ok
        assert visitor.token("client_credentials", client_secret="wrong").status_code == 401


def test_defect_is_told_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    """An error inside is a 500 that neither the answer nor the log explains with a secret."""

    class Broken(Decisions):
        def error_description(self, call: Call, problem: Problem) -> str:
            if problem.status != 500:
                raise KeyError(call.query.get("client_secret"))
            return super().error_description(call, problem)

    with Server(create_app(PAGE, decisions=Broken())) as server, Visitor(server) as visitor:
        response = visitor.token("client_credentials", client_secret="hush-hush")
    assert (response.status_code, response.json()["success"]) == (500, False)
    assert "hush" not in response.text + caplog.text
    assert "KeyError" in caplog.text
