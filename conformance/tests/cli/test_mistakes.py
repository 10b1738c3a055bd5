"""Bad input: one clear message that names the file and the key, the right code, no traceback."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from conformance.contract import find
from conformance.tests.cli.conftest import Command

_TARGET_MISTAKES = {
    "unknown table": ("[client]", "[clent]", "[clent]: unknown table; did you mean [client]?"),
    "wrong type": ('owner = "owner1"', "owner = 1.5", "[client].owner: expected text"),
    "unset variable": ('id = "client-', 'id = "${NOT_SET}', "does not set NOT_SET"),
    "unknown contract": (
        'contract = "kitchenmonki"',
        'contract = "kitchenmonkey"',
        "did you mean 'kitchenmonki'?",
    ),
    "not TOML": ("[client]", "[client", "not TOML"),
}
_CONTRACT_MISTAKES = {
    "broken YAML": ("openapi.yaml", "operationId: getQueue", "operationId: [", "not YAML"),
    "not OpenAPI": ("openapi.yaml", "title: Kitchen Monki API", "subject: x", "not an OpenAPI"),
    "unknown level": (
        "requirements/authentication.yaml",
        "level: MUST",
        "level: MIGHT",
        "'MIGHT' is not one of",
    ),
    "unknown operation": (
        "openapi.yaml",
        "example: getQueue ",
        "example: getCue ",
        "x-conformance.example: no operation 'getCue'",
    ),
}


@pytest.mark.parametrize("mistake", _TARGET_MISTAKES)
def test_a_mistake_in_a_target_file_is_explained(
    mistake: str, target_text: str, tmp_path: Path, conformance: Command
) -> None:
    """The message names the file and the key, and the exit code is 2."""
    before, after, expected = _TARGET_MISTAKES[mistake]
    assert before in target_text
    (tmp_path / "bad.toml").write_text(target_text.replace(before, after, 1))
    ended = conformance("run", "--target", "bad.toml")
    assert ended.code == 2
    assert expected in ended.text
    assert "bad.toml" in ended.text or "kitchenmonkey" in ended.text
    assert "Traceback" not in ended.text


@pytest.mark.parametrize("mistake", _CONTRACT_MISTAKES)
def test_a_mistake_in_a_contract_is_explained(
    mistake: str, tmp_path: Path, conformance: Command
) -> None:
    """The message names the file and the place in it, and the exit code is 2."""
    name, before, after, expected = _CONTRACT_MISTAKES[mistake]
    shutil.copytree(find("kitchenmonki"), tmp_path / "mine")
    file = tmp_path / "mine" / name
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after, 1))
    ended = conformance("run", "--contract", "mine")
    assert ended.code == 2
    assert expected in ended.text
    assert str(file) in ended.text
    assert "Traceback" not in ended.text


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--only", "KM-622"), "did you mean 'KM-62"),
        (("--target", "nowhere.toml"), "nowhere.toml"),
        (("--out", "/proc/nowhere"), "conformance: /proc/nowhere: No such file or directory"),
        (("--baseline", "gone.toml"), "gone.toml: No such file or directory"),
        (("--last-failed",), "--last-failed needs an earlier run"),
        (("--target", ""), "'': no file, and no target of this name is shipped"),
        (("--contract", ""), "no contract here"),
        (("--contract", "kitchenmonki@"), "and none was asked for"),
        (("--shard", ""), "expected K/N"),
    ],
)
def test_an_option_that_asks_for_what_is_not_there_is_explained(
    arguments: tuple[str, ...], expected: str, conformance: Command
) -> None:
    """The message names what was asked for, and the exit code is 2."""
    ended = conformance("run", *arguments)
    assert ended.code == 2
    assert expected in ended.text
    assert "Traceback" not in ended.text


def test_a_cap_that_leaves_nothing_to_judge_by_is_explained(
    conformance: Command, target_text: str, tmp_path: Path
) -> None:
    """The message names the key, nothing is judged, and the exit code is 5."""
    capped = re.sub(r"(?m)^requests = .*$", "requests = 1", target_text)
    (tmp_path / "target.toml").write_text(capped)
    ended = conformance("run", "--target", "target.toml")
    assert ended.code == 5
    assert "the cap of 1 requests is reached; raise `requests` under [limits]" in ended.text
    assert "Traceback" not in ended.text
