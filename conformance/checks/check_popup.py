"""The popup: where the code goes when another window opened the authorization page.

The first two checks need no browser. The others play the request in a real one, where the client's
pages are the suite's own. Whether the popup closes is not judged (reading KMA-22).
"""

from __future__ import annotations

import re
from contextlib import suppress

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.popup import (
    asked_for,
    candidates,
    client_of,
    delivered,
    expect_code_was_there,
    holds_code,
    leaked,
    may_be_over,
    not_asked_for,
    opened_by_another,
    opened_by_nobody,
    played,
    popup_url,
    reached,
    redeemed,
    taken_by_popup,
    whereabouts,
)
from conformance.checks.twins import grant_twins
from conformance.targets import Effort, Service, User, Visit
from conformance.targets.browser.scene import Played
from conformance.targets.consent.walk import location
from conformance.targets.description.addresses import place
from conformance.verdict import Inconclusive
from conformance.verdict.answer import carries_token
from conformance.wire import Exchange

_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.IGNORECASE | re.DOTALL)
_LOOP = 20  # pages or script errors in a row


@check("popup.page")
def check_page(service: Service) -> None:
    """An authorization request that asks for the popup shows the user the same pages."""
    client, user = client_of(service), service.user()
    home = client.redirect_uri
    expect.page(service.visit(popup_url(service), None, redirect_uri=home))
    usual = service.visit(service.authorize_url(client), user, "leave", redirect_uri=home)
    visit = service.visit(popup_url(service), user, "leave", redirect_uri=home)
    asked = visit.logged_in or not usual.logged_in
    expect.that(asked, "a page where the user logs in", "none", visit.last)


@check("popup.static")
def check_static(service: Service) -> None:
    """A popup is answered by a page whose script speaks to the opener, not by a redirect."""
    visit = _answered(service, service.user())
    if service.live.user("other_user"):  # one user who has it does not speak for all
        with suppress(Inconclusive):
            _answered(service, service.user("other_user"))
    page = visit.page.response.text if visit.page and visit.page.response else ""
    if not (any("opener" in script for script in _SCRIPT.findall(page)) and holds_code(page)):
        raise Inconclusive("what the popup does with the code cannot be told without a browser")


def _answered(service: Service, user: User) -> Visit:
    """Have a user allow the request of a popup; the answer must be no redirect with a code."""
    home = client_of(service).redirect_uri
    visit = service.visit(popup_url(service), user, redirect_uri=home)
    sent_there = location(visit.last) is not None and place(visit.redirect or "") == place(home)
    taken = sent_there and visit.code is not None
    expect.that(not taken, "a page for the opener", "a redirect to the redirect_uri", visit.last)
    return visit


@check("popup.opener", effort=Effort.GATE, scene=asked_for)
def check_opener(service: Service, scene: Played) -> None:
    """The code of a popup reaches the window that opened it."""
    service.code()
    found = reached(service, scene)
    expect.that(found is not None, "the code in the opener", whereabouts(scene), scene.last)
    if found:
        service.observe("popup.delivery", found.how)


@check("popup.own-window", effort=Effort.GATE, scene=asked_for)
def check_own_window(service: Service, scene: Played) -> None:
    """A popup does not go to the redirect_uri with its code."""
    taken = taken_by_popup(scene)
    expect.that(not taken, "no code at the redirect_uri in the popup", "a code", scene.last)
    if reached(service, scene) is None:
        raise Inconclusive("the popup gave no code to any window")


@check("popup.without-display", effort=Effort.GATE, scene=not_asked_for)
def check_without_display(service: Service, scene: Played) -> None:
    """Unless asked for a popup, the window itself gets the code, though another one opened it."""
    found = delivered(service, scene)
    expect.that(found is None, "no code in the opener", "the code", scene.last)
    if not taken_by_popup(scene):
        raise Inconclusive(f"no code came to the window itself: {whereabouts(scene)}")


@check("popup.foreign-opener", effort=Effort.GATE, scene=opened_by_another)
def check_foreign_opener(service: Service, scene: Played) -> None:
    """A page of a foreign origin that opened the popup cannot read the code."""
    expect.that(not leaked(service, scene), "no code for a foreign page", "a code", scene.last)
    expect_code_was_there(service, scene)


@check("popup.code", effort=Effort.GATE, scene=asked_for)
def check_code(service: Service, scene: Played) -> None:
    """A code that came by popup buys a token like any other, for the user who granted it."""
    with grant_twins(service, "authorization_code"):
        bought = _bought(service, scene)
        if not carries_token(bought) and may_be_over(service, scene):
            bought = _bought(service, played(service, asked_for(service)))
        _expect_user(service, expect.granted(bought, "a code that came by popup"))


@check("popup.no-opener", effort=Effort.GATE, scene=opened_by_nobody)
def check_no_opener(service: Service, scene: Played) -> None:
    """Without an opener a popup ends well, and its code goes to nobody but the client."""
    expect.that(not leaked(service, scene), "no code for a third party", "a code", scene.last)
    loops = scene.stuck or max(scene.pages, scene.errors) >= _LOOP
    expect.that(not loops, "an end", "pages or scripts without one", scene.last)
    expect_code_was_there(service, scene)


def _bought(service: Service, scene: Played) -> Exchange:
    """Return what redeemed the code that came by popup; raises `Inconclusive` without one."""
    exchanges = [redeemed(service, value) for value in candidates(scene)]
    if not exchanges:
        raise Inconclusive(f"no code came by popup: {whereabouts(scene)}")
    return next(filter(carries_token, exchanges), exchanges[0])


def _expect_user(service: Service, bought: Exchange) -> None:
    user = service.user()
    if service.live.identity and user.id:
        seen = service.whoami(bought.members["access_token"])
        which = "the user who granted it" if seen == user.id else "another user"
        expect.that(seen == user.id, "a token for the user who granted it", which, bought)
