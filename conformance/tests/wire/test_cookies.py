"""The cookies of one person."""

from __future__ import annotations

from http.cookiejar import Cookie

import pytest
import requests

from conformance.wire import Browser, Wire
from conformance.wire.cookies import new_jar


def secure_cookie(host: str) -> Cookie:
    """Return a cookie that is marked Secure, for a host."""
    return Cookie(
        version=0,
        name="session",
        value="s3cret",
        port=None,
        port_specified=False,
        domain=host,
        domain_specified=False,
        domain_initial_dot=False,
        path="/",
        path_specified=True,
        secure=True,
        expires=None,
        discard=True,
        comment=None,
        comment_url=None,
        rest={},
    )


@pytest.mark.parametrize(
    ("url", "goes"),
    [
        ("http://127.0.0.1:8080/login", True),
        ("http://app.localhost:8080/login", True),
        ("https://stage.example/login", True),
        ("http://stage.example/login", False),
    ],
)
def test_a_secure_cookie_needs_tls_but_on_this_machine(url: str, goes: bool) -> None:  # noqa: FBT001
    """What is marked Secure goes to the loopback interface in the clear, as browsers send it."""
    jar = new_jar()
    for host in ("127.0.0.1", "app.localhost", "stage.example"):
        jar.set_cookie(secure_cookie(host))
    request = requests.Request("GET", url, cookies=jar).prepare()
    assert ("Cookie" in request.headers) is goes


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("https://stage.example/v2/queue", "session=s3cret"),
        ("https://api.stage.example/v2/queue", ""),
    ],
)
def test_a_person_is_asked_what_would_go_to_a_url(url: str, header: str) -> None:
    """A cookie belongs to its host, and what is not sent is nothing."""
    browser = Browser(Wire(["stage.example:443"]))
    browser.cookies.set_cookie(secure_cookie("stage.example"))
    assert browser.cookie_for(url) == header
