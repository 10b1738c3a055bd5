"""The pages that a user meets: the page says that there is one, and nothing of its looks."""

from __future__ import annotations

import json
import re
import secrets

from markupsafe import escape
from werkzeug import Request, Response

from conformance.reference import Application, Clock, Decisions, Settings, User
from conformance.reference.call import Call
from conformance.reference.problems import DENIED
from conformance.reference.records import Issued
from conformance.reference.sessions import AuthorizationRequest

_FORMS = (
    '<form action="/search"><input name="q"><button>Search</button></form>'
    '<form method="post" action="/language"><select name="lang"><option>en</select>'
    '<input type="submit" value="Continue in English"></form>'
)
_HIDDEN = re.compile(r'<input type="hidden" name="csrf" value="([^"]+)">')
_DETOURS = (301, 302, 307)
_FORM = "application/x-www-form-urlencoded"


class SeveralForms(Decisions):
    """Login and consent stand among other forms, as on any site with a search field."""

    def page(self, call: Call, name: str, values: dict[str, object]) -> str:
        shown = super().page(call, name, values)
        logout = '<form method="post" action="/logout"><button>Log out</button></form>'
        return shown.replace("<main>", f"<main>{_FORMS}").replace("</main>", f"{logout}</main>")


class NameFirst(Decisions):
    """The login asks for the name, and for the password on a page of its own."""

    def page(self, call: Call, name: str, values: dict[str, object]) -> str:
        shown = super().page(call, name, values)
        if name != "login":
            return shown
        given = call.form.get("username")
        if given is None:
            return re.sub(r'<input[^>]*type="password"[^>]*>', "", shown)
        hidden = f'<input type="hidden" name="username" value="{escape(given)}">'
        return re.sub(r'<input[^>]*name="username"[^>]*>', hidden, shown)


class OnePage(Decisions):
    """Login and consent are one form on one page, with a button to allow and one to deny."""

    def page(self, call: Call, name: str, values: dict[str, object]) -> str:
        shown = super().page(call, name, values)
        if name != "login":
            return shown
        buttons = "".join(
            f'<button name="decision" value="{one}">{one}</button>' for one in ("allow", "deny")
        )
        return re.sub(r"<button.*</button>", buttons, shown)

    def consent_required(self, call: Call, asked: AuthorizationRequest, user: User) -> bool:
        del asked, user
        return call.form.get("decision") is None

    def granted_members(
        self, call: Call, asked: AuthorizationRequest, code: Issued
    ) -> dict[str, str]:
        if call.form.get("decision") == "deny":
            return self.denied_members(call, asked, DENIED)
        return super().granted_members(call, asked, code)


class AsksOnce(Decisions):
    """An earlier consent to the same client is remembered (KMA-29)."""

    def __init__(self) -> None:
        self._given: set[tuple[str, str]] = set()

    def consent_required(self, call: Call, asked: AuthorizationRequest, user: User) -> bool:
        del call
        return (asked.client.id, user.id) not in self._given

    def consent_given(self, call: Call, asked: AuthorizationRequest) -> bool:
        given = super().consent_given(call, asked)
        user = asked.session.user
        if given and user is not None:
            self._given.add((asked.client.id, user.id))
        return given


class DenialStays(Decisions):
    """A user who refuses sees an empty page and stays there (KMA-26)."""

    def return_status(self, call: Call) -> int:
        return 200 if self._denied(call) else super().return_status(call)

    def redirect_headers(self, call: Call, location: str) -> dict[str, str]:
        found = super().redirect_headers(call, location)
        if self._denied(call):
            del found["Location"]
        return found

    def _denied(self, call: Call) -> bool:
        return call.form.get("decision") == "deny"


class XhtmlPages(Decisions):
    """The pages are XHTML, and they may be framed: the page asks for no header."""

    def page(self, call: Call, name: str, values: dict[str, object]) -> str:
        return '<?xml version="1.0" encoding="utf-8"?>' + super().page(call, name, values)

    def page_headers(self, call: Call, script: str = "") -> dict[str, str]:
        del call, script
        return {"Content-Type": "application/xhtml+xml"}


class ShowsAfterRedirect(Application):
    """Each form leads to a redirect and that to the next page, so that going back is harmless."""

    def __init__(self, settings: Settings, decisions: Decisions, clock: Clock) -> None:
        self._shown: dict[str, Response] = {}
        super().__init__(settings, decisions, clock)

    def _respond(self, request: Request) -> Response:
        name = request.args.get("page", "")
        if name in self._shown:
            return self._shown[name]
        response = super()._respond(request)
        if request.method != "POST" or response.status_code != 200 or not _is_page(response):
            return response
        name = secrets.token_hex(4)
        self._shown[name] = response
        onward = Response("", 303, {"Location": f"?page={name}"})
        onward.headers.extend(("Set-Cookie", one) for one in response.headers.getlist("Set-Cookie"))
        return onward


class Detours(Application):
    """The way to the login page takes three redirects, over cookies and single sign-on."""

    def _respond(self, request: Request) -> Response:
        hop = len(request.cookies)
        if request.path != self.settings.authorize.path or hop >= len(_DETOURS):
            return super()._respond(request)
        here = f"?{request.query_string.decode()}"
        return Response("", _DETOURS[hop], {"Location": here, "Set-Cookie": f"hop{hop}=1; Path=/"})


class UnauthorizedLogin(Application):
    """The login page says 401, for nobody is logged in yet (RFC 9110 section 15.5.2)."""

    def _respond(self, request: Request) -> Response:
        response = super()._respond(request)
        if _is_page(response) and 'type="password"' in response.get_data(as_text=True):
            response.status_code = 401
            response.headers["WWW-Authenticate"] = 'Form realm="kitchen"'
        return response


class NoHiddenField(Application):
    """The forms have no hidden field: the cookie tells whose request it is."""

    def __init__(self, settings: Settings, decisions: Decisions, clock: Clock) -> None:
        self._kept: dict[str, str] = {}
        super().__init__(settings, decisions, clock)

    def _respond(self, request: Request) -> Response:
        cookie = next(iter(request.cookies.values()), "")
        if request.method == "POST" and cookie in self._kept:
            request = _with_field(request, "csrf", self._kept[cookie])
        response = super()._respond(request)
        found = _HIDDEN.search(response.get_data(as_text=True)) if _is_page(response) else None
        if found:
            given = response.headers.get("Set-Cookie", f"={cookie};")
            self._kept[given.partition("=")[2].partition(";")[0]] = found[1]
            response.set_data(response.get_data(as_text=True).replace(found[0], ""))
        return response


class CookieOfThePages(Decisions):
    """The cookie of a login belongs to the pages alone, and no browser sends it to the API."""

    def cookie_attributes(self, call: Call) -> str:
        return f"; Path={call.settings.authorize.path}; HttpOnly; SameSite=Strict"


class ReturnsByPage(Application):
    """A page with a script takes the browser back, which RFC 6749 section 1.7 allows."""

    def _respond(self, request: Request) -> Response:
        response = super()._respond(request)
        target = response.headers.get("Location", "")
        if response.status_code != 303 or "code=" not in target:
            return response
        script = f"<script>location.replace({json.dumps(target)})</script>"
        return Response(f"<title>Going back</title>{script}", 200, {"Content-Type": "text/html"})


class MessageToOpener(Decisions):
    """The popup hands the code over as a message, one of the three ways to do it (KMA-22)."""

    def popup_script(self, call: Call) -> str:
        del call
        return (
            'const link = document.getElementById("return").href;'
            "window.opener.postMessage(link, new URL(link).origin);"
        )


def _is_page(response: Response) -> bool:
    return response.mimetype == "text/html"


def _with_field(request: Request, name: str, value: str) -> Request:
    """Return a form that was sent, with one field more."""
    body = request.get_data() + f"&{name}={value}".encode()
    return Request.from_values(
        request.path,
        method="POST",
        data=body,
        content_type=_FORM,
        headers={"Cookie": request.headers.get("Cookie", "")},
    )


VARIANTS = (
    SeveralForms,
    NameFirst,
    OnePage,
    AsksOnce,
    DenialStays,
    XhtmlPages,
    ShowsAfterRedirect,
    Detours,
    UnauthorizedLogin,
    NoHiddenField,
    CookieOfThePages,
    MessageToOpener,
)
