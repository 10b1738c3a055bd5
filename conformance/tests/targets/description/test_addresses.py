"""URLs of a target."""

from __future__ import annotations

import pytest

from conformance.targets.description.addresses import flaw, hosts, loopback, place, plain


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://127.9.9.9", "http://[::1]:8", "https://a.localhost/"]
)
def test_this_machine_is_loopback(url: str) -> None:
    """Every name of this machine is loopback, so plain http to it is fine."""
    assert loopback(url)
    assert not plain(url)


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1", "http://localhost.example", "http://127.0.0.1.example"]
)
def test_another_machine_is_not_loopback(url: str) -> None:
    """A host that only looks like this machine is another."""
    assert not loopback(url)
    assert plain(url)


def test_a_default_port_is_known_with_and_without_its_number() -> None:
    """A default port may be written or left out; another port is a host of its own."""
    assert hosts(["https://API.example/v2"]) == {"api.example", "api.example:443"}
    assert hosts(["http://[::1]:8080"]) == {"[::1]:8080"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/cb?x=1", "http://A.example:80/cb?code=2#f", True),
        ("http://a.example", "http://a.example/", True),
        ("http://a.example/cb", "https://a.example/cb", False),
        ("http://a.example/cb", "http://a.example/cb/", False),
        ("http://a.example/cb", "http://a.example:81/cb", False),
    ],
)
def test_redirect_uris_are_compared_by_place(one: str, other: str, *, same: bool) -> None:
    """Scheme, host, port and path tell whether a redirect came home."""
    assert (place(one) == place(other)) is same


@pytest.mark.parametrize(
    "url", ["http://[bad", "https://", "http://a:99999/", "http://a/#x", "/v2"]
)
def test_what_is_no_endpoint_is_told(url: str) -> None:
    """A URL that cannot be an endpoint has a flaw."""
    assert flaw(url)
