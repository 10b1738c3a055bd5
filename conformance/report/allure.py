"""What Allure is told of a run beside its cases: the environment, and what kinds of red there are.

`environment.properties` and `categories.json` lie among the results, where Allure 2 looks for them.
Allure 3 takes categories from its configuration, which lies beside the folder of the results.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.report.folder import write

CONFIGURATION = "allurerc.json"
_HISTORY = "allure-history.jsonl"

_FAULT = r"[\s\S]*a fault of the suite[\s\S]*"
_NO_FAULT = rf"^(?!{_FAULT})[\s\S]*$"
_DUE = r"[\s\S]*due at[\s\S]*"
_NOT_DUE = rf"^(?!{_DUE})[\s\S]*$"

# Allure 2 takes each that matches, Allure 3 the first, so that none may overlap. The expressions
# are read by Java and by JavaScript.
_CATEGORIES = (
    {"name": "A rule is broken", "matchedStatuses": ["failed"]},
    {"name": "A fault of the suite", "matchedStatuses": ["broken"], "messageRegex": _FAULT},
    {"name": "A MUST that nobody judged", "matchedStatuses": ["broken"], "messageRegex": _NO_FAULT},
    {"name": "Waits for its time", "matchedStatuses": ["skipped"], "messageRegex": _DUE},
    {"name": "Not judged", "matchedStatuses": ["skipped"], "messageRegex": _NOT_DUE},
)


def write_beside(results: Path, environment: Mapping[str, str]) -> None:
    """Complete a folder of Allure results; the `environment` names the target. Raises `OSError`."""
    results.mkdir(parents=True, exist_ok=True)
    write(results / "environment.properties", _properties(environment))
    write(results / "categories.json", _json(_CATEGORIES))
    write(results.parent / CONFIGURATION, _json(_configuration(environment["target"])))


def _configuration(target: str) -> dict[str, Any]:
    """Return what Allure 3 needs: behaviours first, our categories, and a history."""
    return {
        "name": f"Conformance of {target}",
        "historyPath": _HISTORY,
        "categories": _CATEGORIES,
        "plugins": {
            "awesome": {"options": {"singleFile": True, "groupBy": ["epic", "feature", "story"]}}
        },
    }


def _properties(values: Mapping[str, str]) -> bytes:
    """Return a Java properties file, in which a backslash escapes."""
    lines = (f"{name} = {_escaped(value)}" for name, value in values.items() if value)
    return ("\n".join(lines) + "\n").encode()


def _escaped(value: str) -> str:
    return value.encode("ascii", "backslashreplace").decode().replace("\n", "\\n")


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=1) + "\n").encode()
