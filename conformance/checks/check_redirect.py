"""The redirect_uri of a request: compared exactly, and never followed where it is not right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from conformance.checks import expect
from conformance.checks.authorization import (
    GRANT,
    Ending,
    allowed,
    asking_client,
    code_twins,
    ended,
)
from conformance.checks.catalogue import check
from conformance.targets import Client, Effort, Service
from conformance.targets.description.addresses import loopback, plain
from conformance.verdict import Inconclusive, NotApplicable
from conformance.wire import Exchange

_ROLES = ("client", "other_client", "public_client")
_FOREIGN = "https://attacker.example/callback"
_KEEPS_THE_BODY = (307, 308)
_OTHER_PORT = 47_181


def _with_path(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda uri: urlunsplit(urlsplit(uri)._replace(path=change(urlsplit(uri).path)))


def _with_host(change: Callable[[str], str]) -> Callable[[str], str]:
    def bend(uri: str) -> str:
        parts = urlsplit(uri)
        return urlunsplit(parts._replace(netloc=change(parts.netloc))) if parts.netloc else uri

    return bend


def _other_scheme(uri: str) -> str:
    scheme = {"https": "http", "http": "https"}.get(urlsplit(uri).scheme)
    return urlunsplit(urlsplit(uri)._replace(scheme=scheme)) if scheme else uri


def _other_port(uri: str) -> str:
    host = urlsplit(uri).hostname
    is_web = urlsplit(uri).scheme in ("http", "https")
    if not host or not is_web or loopback(uri):
        return uri
    return urlunsplit(urlsplit(uri)._replace(netloc=f"{host}:{_OTHER_PORT}"))


def _place(uri: str) -> str:
    """Return a redirect_uri without what says nothing: the port of a loopback address may vary.

    So RFC 8252 section 7.3 has it.
    """
    parts = urlsplit(uri)
    return urlunsplit(parts._replace(netloc=parts.hostname or "")) if loopback(uri) else uri


def _beside_host(before: str = "", after: str = "") -> Callable[[str], str]:
    def bend(netloc: str) -> str:
        host, colon, port = netloc.partition(":")
        return f"{before}{host}{after}{colon}{port}"

    return _with_host(bend)


def _encoded_letter(path: str) -> str:
    letter = next((one for one in reversed(path) if one.isascii() and one.isalpha()), None)
    return path if letter is None else f"%{ord(letter):02X}".join(path.rsplit(letter, 1))


# The last three are the same place (RFC 3986 section 6.2.2), and not the same text.
_BENDS: Mapping[str, Callable[[str], str]] = {
    "longer-path": _with_path(lambda path: f"{path.rstrip('/')}/more"),
    "shorter-path": _with_path(lambda path: path.rstrip("/").rpartition("/")[0] or "/"),
    "path-suffix": _with_path(lambda path: f"{path}x"),
    "path-case": _with_path(str.swapcase),
    "trailing-slash": _with_path(
        lambda path: path.rstrip("/") if path.endswith("/") else f"{path}/"
    ),
    "parent-folder": _with_path(lambda path: f"{path.rstrip('/')}/../elsewhere"),
    "encoded-parent": _with_path(lambda path: f"{path.rstrip('/')}/%2e%2e/elsewhere"),
    "added-query": lambda uri: f"{uri}{'&' if '?' in uri else '?'}added=1",
    "other-port": _other_port,
    "other-scheme": _other_scheme,
    "user-info": _with_host(lambda netloc: f"{netloc}@attacker.example"),
    "user-name": _with_host(lambda netloc: f"user@{netloc}"),
    "host-suffix": _beside_host(after=".attacker.example"),
    "host-prefix": _beside_host(before="attacker-"),
    "sub-domain": _beside_host(before="sub."),
    "fragment": lambda uri: f"{uri}#fragment",
    "trailing-space": lambda uri: f"{uri} ",
    "backslash": _with_host(lambda netloc: f"attacker.example\\@{netloc}"),
    "upper-case-host": _with_host(str.upper),
    "encoded-letter": _with_path(_encoded_letter),
    "dot-segment": _with_path(lambda path: f"/x/..{path or '/'}"),
}
_NO_PLACES = {
    "relative": "/no-page-of-the-server/callback",
    "no-scheme": "attacker.example/callback",
    "scheme-relative": "//attacker.example/callback",
    "script": "javascript:alert(1)",
    "data": "data:text/html,x",
}


def _led_astray(ending: Ending, seen: Iterable[Exchange], bent: str) -> bool:
    """Tell whether a request with a bad redirect_uri got a code, or the browser was sent there.

    A relative one is a page of the server itself, so that the way does not end there.
    """
    told = (one.response.header("Location") or "" for one in seen if one.response)
    return ending.code is not None or any(
        _is_at(url, bent) for url in (ending.redirect or "", *told)
    )


def _is_at(url: str, bent: str) -> bool:
    """Tell whether a URL is a redirect_uri with parameters; a longer one may begin like it."""
    return url.startswith(bent) and url[len(bent) :][:1] in ("", "?", "&", "#")


def _expect_no_way(service: Service, client: Client, bent: str, **extra: str) -> None:
    with code_twins(service):
        url = service.authorize_url(client, extra={"redirect_uri": bent, **extra})
        with service.watched() as seen:
            ending = ended(service, url, bent)
        astray = _led_astray(ending, seen, bent)
        expect.that(not astray, "no way to a redirect_uri like that", ending.kind, ending.last)


def _bendable(service: Service, how: str) -> tuple[Client, str]:
    """Return a client and its redirect_uri bent; raises `NotApplicable` where none can be."""
    for role in _ROLES:
        client = service.live.client(role)
        if client and client.redirect_uri and GRANT in client.grants:
            bent = _BENDS[how](client.redirect_uri)
            if bent != client.redirect_uri:
                return client, bent
    raise NotApplicable(f"no redirect_uri of the target file can be bent: {how}")


@check("redirect.exact", effort=Effort.GATE, how=tuple(_BENDS))
def check_exact(service: Service, how: str) -> None:
    """A redirect_uri that differs from the registered one gets no code and is not redirected to."""
    _expect_no_way(service, *_bendable(service, how))


@check("redirect.no-place", how=tuple(_NO_PLACES))
def check_no_place(service: Service, how: str) -> None:
    """A redirect_uri that is no absolute URI of a client is not redirected to."""
    _expect_no_way(service, asking_client(service), _NO_PLACES[how])


@check("redirect.with-other-error", how=("response-type", "scope"))
def check_with_other_error(service: Service, how: str) -> None:
    """Whatever else is wrong with a request, the browser is not sent to a bad redirect_uri."""
    wrong = {"response-type": {"response_type": "none_such"}, "scope": {"scope": "no such scope"}}
    _expect_no_way(service, asking_client(service), _FOREIGN, **wrong[how])


@check("redirect.other-clients")
def check_other_clients(service: Service) -> None:
    """The redirect_uri of another client is none of this client's."""
    client, other = asking_client(service), service.client("other_client")
    if not other.redirect_uri or _place(other.redirect_uri) == _place(client.redirect_uri):
        problem = "[other_client] has no redirect_uri of its own; a port of loopback makes none"
        raise Inconclusive(problem, "two_redirect_uris")
    _expect_no_way(service, client, other.redirect_uri)


@check("redirect.repeated", order=("foreign-first", "foreign-last"))
def check_repeated(service: Service, order: str) -> None:
    """Of two redirect_uris in one request the browser is not sent to the one that is foreign."""
    client = asking_client(service)
    added = urlencode({"redirect_uri": _FOREIGN})
    with code_twins(service):
        endpoint, _, asked = service.authorize_url(client).partition("?")
        pairs = (added, asked) if order == "foreign-first" else (asked, added)
        ending = ended(service, f"{endpoint}?{'&'.join(pairs)}", client.redirect_uri)
        astray = (ending.redirect or "").startswith(_FOREIGN)
        expect.that(not astray, "no redirect to a foreign redirect_uri", ending.kind, ending.last)


@check("redirect.told")
def check_told(service: Service) -> None:
    """A user whose client sent a bad redirect_uri reads that something is wrong."""
    with code_twins(service):
        url = service.authorize_url(asking_client(service), extra={"redirect_uri": _FOREIGN})
        ending = ended(service, url, _FOREIGN)
        response = ending.last.response if ending.last else None
        if response is None:
            raise Inconclusive("what the user saw is not known", "redirect_capture")
        told = ending.redirect is None and response.text.strip() != ""
        expect.that(told, "a page that tells the user", ending.kind, ending.last)


@check("redirect.omitted")
def check_omitted(service: Service) -> None:
    """What a request without redirect_uri leads to is written down (RFC 6749 section 3.1.2.3)."""
    client = asking_client(service)
    url = service.authorize_url(client, without=("redirect_uri",))
    service.observe("authorize.without-redirect-uri", ended(service, url, client.redirect_uri).kind)


@check("redirect.omitted-stays")
def check_omitted_stays(service: Service) -> None:
    """A request without redirect_uri leads nowhere but to the registered one."""
    client = asking_client(service)
    with code_twins(service):
        url = service.authorize_url(client, without=("redirect_uri",))
        ending = ended(service, url, client.redirect_uri)
        holds = ending.redirect is None or ending.redirect.startswith(client.redirect_uri)
        expect.that(holds, "a page, or the registered redirect_uri", "another place", ending.last)


@check("redirect.encrypted")
def check_encrypted(service: Service) -> None:
    """No code is sent to a redirect_uri over plain http, unless it stays on the machine."""
    for role in _ROLES:
        client = service.live.client(role)
        if client and client.redirect_uri and GRANT in client.grants:
            exposed = plain(client.redirect_uri) and bool(service.code(client).value)
            expect.that(not exposed, "no code over plain http", f"one for [{role}]")


@check("redirect.drops-body")
def check_drops_body(service: Service) -> None:
    """The way back does not make the browser send what the user typed once more."""
    visit, _ = allowed(service)
    status = visit.last.status
    expect.that(status not in _KEEPS_THE_BODY, "no 307 or 308", f"status {status}", visit.last)


@check("redirect.see-other")
def check_see_other(service: Service) -> None:
    """After a form was sent the way back is a 303 (RFC 9700 section 4.12)."""
    visit, _ = allowed(service)
    if visit.last.request.method != "POST":
        raise NotApplicable("no form stands before the way back")
    expect.that(visit.last.status == 303, "status 303", f"status {visit.last.status}", visit.last)
