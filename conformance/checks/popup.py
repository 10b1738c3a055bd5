"""A popup as a check sees it: the request that asks for it, the scene, whom its code reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Literal
from urllib.parse import urlsplit

from conformance.checks.once import once
from conformance.targets import Client, Code, Service, Span
from conformance.targets.browser.arrival import Arrival
from conformance.targets.browser.relay import origin
from conformance.targets.browser.scene import Played, Scene
from conformance.targets.browser.windows import playing
from conformance.targets.errors import BrowserError, ConsentError, NoBrowser
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import carries_token
from conformance.wire import Exchange

Opener = Literal["client", "foreign", "nobody"]

_FOREIGN = "https://attacker.example"
_AHEAD = (
    1000  # characters of a query before its code; without an end a page could take hours to read
)
# In a script an ampersand may be escaped, as JSON is for HTML.
_CODE = re.compile(r"""(?:[?&;{,\s"']|\\u0026|\\x26)code["']?\s*[=:]\s*["']?[\w.~%+/-]{8,}""")
_FOR_A_CODE = 10.0  # seconds
_FOR_NO_CODE = 1.0  # seconds in which what must not come would have come


def client_of(service: Service) -> Client:
    """Return the client that asks for a popup.

    Raises `NotApplicable` where the contract knows none, `Inconclusive` where the target has none.
    """
    if service.contract.popup is None:
        raise NotApplicable("the contract knows no popup")
    if service.live.file.features.get("popup") is False:
        raise Inconclusive("the target file declares popup = false", "popup")
    return service.client_for("authorization_code")


def popup_url(service: Service, **extra: str) -> str:
    """Return the authorization request that asks for a popup, as the contract says."""
    client, popup = client_of(service), service.contract.popup
    return service.authorize_url(client, extra=dict([popup] if popup else [], **extra))


def asked_for(service: Service) -> Scene:
    """Return the request that asks for a popup, opened by a page of the client."""
    return _scene(service, "client")


def not_asked_for(service: Service) -> Scene:
    """Return a request that asks for none, opened in one all the same."""
    return _scene(service, "client", service.authorize_url(client_of(service)))


def opened_by_another(service: Service) -> Scene:
    """Return the request that asks for a popup, opened by a page of a foreign origin."""
    return _scene(service, "foreign")


def opened_by_nobody(service: Service) -> Scene:
    """Return the request that asks for a popup, opened by the user in a window of its own."""
    return _scene(service, "nobody")


def played(service: Service, scene: Scene) -> Played:
    """Play a scene now; raises `Inconclusive` where it cannot be played."""
    return awaited(playing(service.live.chromium, service.wire, scene))


def awaited(wait: Callable[[], Played]) -> Played:
    """Wait for the end of what is being played; raises `Inconclusive` where it has none."""
    try:
        return wait()
    except NoBrowser as missing:
        raise Inconclusive(str(missing), "browser") from None
    except ConsentError as problem:
        raise Inconclusive(str(problem), "user_login") from None
    except BrowserError as problem:
        raise Inconclusive(f"the browser failed: {problem}") from None


def _scene(service: Service, opener: Opener, url: str | None = None) -> Scene:
    """Return a request to be played; raises `Inconclusive` where none can be."""
    client, consent = client_of(service), service.live.file.consent
    if consent.driver not in ("form", "browser"):
        why = f"[consent] has driver {consent.driver!r}, which opens no popup"
        raise Inconclusive(why, "user_login")
    if urlsplit(client.redirect_uri).scheme not in ("http", "https"):
        raise Inconclusive("the redirect_uri is no page, so none can open a popup", "web_client")
    return Scene(
        url=url or popup_url(service),
        redirect_uri=client.redirect_uri,
        opener={"client": origin(client.redirect_uri), "foreign": _FOREIGN}.get(opener),
        user=service.user(),
        consent=consent,
        patience=_FOR_A_CODE if opener == "client" else _FOR_NO_CODE,
    )


def reached(service: Service, scene: Played) -> Arrival | None:
    """Return how the code of a popup that was asked for got to its opener, or None.

    Where a text came that is not named a code and buys nothing now, it may be too late for it, and
    a fresh one decides.
    """
    found = delivered(service, scene)
    if found is None and candidates(scene):
        return delivered(service, _played_again(service))
    return found


@once
def _played_again(service: Service) -> Played:
    return played(service, asked_for(service))


def delivered(service: Service, scene: Played) -> Arrival | None:
    """Return how a page of the client that opened the popup got the code, or None.

    A text that is not named a code is one if it buys a token.
    """
    arrivals = tuple(_at_opener(scene))
    named = next((one for one in arrivals if one.codes), None)
    return named or next((one for one in arrivals if _is_code(service, one)), None)


def taken_by_popup(scene: Played) -> bool:
    """Tell whether the popup itself went to the redirect_uri with a code."""
    return any(
        one.window == "popup" and one.site == "redirect_uri" and one.codes for one in scene.arrivals
    )


def leaked(service: Service, scene: Played) -> bool:
    """Tell whether somebody else than the client and the target learned a code."""
    foreign = [one for one in scene.arrivals if one.site == "other"]
    return any(one.codes or _is_code(service, one) for one in foreign)


def expect_code_was_there(service: Service, scene: Played) -> None:
    """Expect that a code could have gone astray; raises `Inconclusive` where there was none."""
    page = scene.last.response.text if scene.last and scene.last.response else ""
    if holds_code(page) or any(one.site == "redirect_uri" and one.codes for one in scene.arrivals):
        return
    if delivered(service, played(service, asked_for(service))) is None:
        raise Inconclusive("the popup gives no code to the client's own page either")


def holds_code(page: str) -> bool:
    """Tell whether a page holds a code: as a parameter in a link, or as a member in a script."""
    return _CODE.search(page) is not None


def returns_without(page: str, redirect_uri: str, state: str) -> bool:
    """Tell whether a page holds the redirect_uri with a code in its query, and a state nowhere.

    The state is to need no escape. Of a code that is sent in another way nothing says that it comes
    with a state (reading KMA-22).
    """
    plain = unescape(page).replace("\\/", "/").replace("\\u0026", "&").replace("\\x26", "&")
    before = rf"""(?:[^\s"'<>#]{{0,{_AHEAD}}}&)?"""
    answer = re.escape(redirect_uri) + "[?&]" + before + r"""code=[^\s"'<>&]"""
    return state not in plain and re.search(answer, plain) is not None


def candidates(scene: Played) -> list[str]:
    """Return the code that came by popup, or each text that may be one."""
    arrivals = [*_at_opener(scene), *(one for one in scene.arrivals if one.site == "redirect_uri")]
    codes = [one.codes[0] for one in arrivals if one.codes]
    return codes[:1] or [text for one in arrivals if _is_told(one) for text in one.texts]


def redeemed(service: Service, value: str) -> Exchange:
    """Redeem a code that came by popup."""
    client, now = client_of(service), service.clock.now()
    code = Code(value, client, service.user(), client.redirect_uri, Span(now, now))
    return service.send(service.grant_request("authorization_code", code=code))


def may_be_over(service: Service, scene: Played) -> bool:
    """Tell whether the code of a scene may be old by now, tried meanwhile, or ended by a later one.

    Where no text is named a code, each is tried to find out which is one. Where one code lives at
    a time (reading KMA-35), the user's next may have been issued since.
    """
    named = any(one.codes for one in scene.arrivals)
    life = service.live.lifetimes.get("code")
    if not named or life is None or scene.last is None:
        return True
    old = service.clock.now() - scene.last.received_at > life.seconds / 2
    return old or service.solitary


def whereabouts(scene: Played) -> str:
    """Say what came in the place of a code for the opener, without any value."""
    if taken_by_popup(scene):
        return "the popup itself went to the redirect_uri with a code"
    seen = dict.fromkeys(f"a {one.how} without a code" for one in _at_opener(scene))
    return ", ".join(seen) or "nothing reached the opener"


def _at_opener(scene: Played) -> Iterator[Arrival]:
    """Yield what reached a page of the client that opened the popup, in any lawful way."""
    for one in scene.arrivals:
        told = _is_told(one) and one.site == "client"
        if one.window == "opener" and (told or one.site == "redirect_uri"):
            yield one


def _is_told(arrival: Arrival) -> bool:
    return arrival.how in ("message", "call")


def _is_code(service: Service, arrival: Arrival) -> bool:
    if not _is_told(arrival):
        return False
    return any(_buys(service, text) for text in arrival.texts)


@once
def _buys(service: Service, text: str) -> bool:
    """Tell whether a text is a code. It is used by that, so each is tried once."""
    return carries_token(redeemed(service, text))
