"""`conformance targets`: what can be named, and what it needs."""

from __future__ import annotations

from conformance.targets.description.file import shipped
from conformance.tests.cli.conftest import Command


def test_every_shipped_target_is_listed(conformance: Command) -> None:
    """Each has a line, with its server's version; what is not set or not here is said."""
    ended = conformance("targets")
    assert ended.code == 0
    assert all(name in ended.text for name in shipped())
    assert "django-oauth-toolkit 3.4.1, Python, " in ended.text
    assert "KM_CLIENT_ID and 13 more variables" in ended.text
