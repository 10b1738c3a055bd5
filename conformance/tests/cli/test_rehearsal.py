"""`--dry-run`: what a run would send, and to whom, without sending it."""

from __future__ import annotations

import re
from pathlib import Path

from conformance.tests.cli.conftest import Command
from conformance.tests.targets.site import open_site


def _moved(target_text: str, url: str) -> str:
    """Return a target file that says that its server is elsewhere."""
    authorize = re.search(r'authorize = "(.*)/authorize"', target_text)
    return target_text.replace(authorize[1] if authorize else "", url)


def test_nothing_is_sent(conformance: Command, target_text: str, tmp_path: Path) -> None:
    """A dry run says where each request would go and how many there would be, and sends none."""
    with open_site({}) as site:
        (tmp_path / "target.toml").write_text(_moved(target_text, site.url))
        command = ("run", "--target", "target.toml", "--dry-run")
        ended = conformance(*command, "--only", "placement.accepted")
    assert (ended.code, site.heard) == (0, [])
    assert f"token: {site.url}/v2/token/grant" in ended.text
    assert "GET /v2/token/grant" in ended.text
    assert "nothing was sent to the target" in ended.text
    assert not (tmp_path / "reports").exists()


def test_it_says_how_long_and_what_a_remote_host_is_spared(
    conformance: Command, target_text: str, tmp_path: Path
) -> None:
    """Of a host that others use too it tells the rate, and what is not done without leave."""
    (tmp_path / "target.toml").write_text(_moved(target_text, "https://staging.example"))
    ended = conformance("run", "--target", "target.toml", "--dry-run", "--only", "race.code")
    assert ended.code == 0
    assert "no request leaves staging.example, staging.example:443" in ended.text
    assert "at 5 requests a second" in ended.text
    assert "not sent: race.code: it sends many requests" in ended.text


def test_it_says_how_often_a_person_is_asked(
    conformance: Command, target_text: str, tmp_path: Path
) -> None:
    """Who is going to be asked by hand learns before the run how often that will be."""
    by_hand = target_text.replace(
        "[consent.login]", '[consent]\ndriver = "manual"\n\n[consent.login]'
    )
    (tmp_path / "target.toml").write_text(by_hand)
    command = ("run", "--target", "target.toml", "--dry-run")
    ended = conformance(*command, "--only", "answer.token-type")
    assert ended.code == 0, ended.text
    asked = re.search(r"a person is asked (\d+) times at most", ended.text)
    assert asked, ended.text
    assert 0 < int(asked[1]) < 10
