"""What people see, and how their browsers are told to treat it."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from conformance.reference.call import Call
from conformance.reference.decisions.answer import NOT_CACHED
from conformance.reference.pages import HELPER_SCRIPT, POPUP_SCRIPT, STYLE, render


class PageDecisions:
    """The pages for login, consent, the popup and errors."""

    def page(self, call: Call, name: str, values: dict[str, object]) -> str:
        """Return a page as HTML."""
        del call
        return render(name, values)

    def popup_script(self, call: Call) -> str:
        """Return the script that takes the answer to the opener."""
        del call
        return POPUP_SCRIPT

    def helper_script(self, call: Call) -> str:
        """Return the script that counts down on the helper's page; it works without, too."""
        del call
        return HELPER_SCRIPT

    def page_headers(self, call: Call, script: str = "") -> dict[str, str]:
        """Return the headers of a page: not framed (RFC 6749 section 10.13), not kept, no referrer.

        There is no Cross-Origin-Opener-Policy: the popup needs its opener. There is no form-action
        either: browsers would apply it to the redirect that follows the consent form.
        """
        del call
        only = _source(script) if script else "'none'"
        return _guarded({"style-src": _source(STYLE), "script-src": only})

    def console_headers(self, call: Call) -> dict[str, str]:
        """Return the headers of the console: its files, styles and calls stay on this host."""
        del call
        sources = {"style-src": "'self' 'unsafe-inline'", "img-src": "'self' data:"}
        return _guarded({**sources, "script-src": "'self'", "connect-src": "'self'"})

    def file_headers(self, call: Call, media_type: str) -> dict[str, str]:
        """Return the headers of a file that is the same for everybody, for as long as it serves."""
        del call
        return {
            "Content-Type": f"{media_type}; charset=utf-8",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "max-age=3600",
        }

    def redirect_headers(self, call: Call, location: str) -> dict[str, str]:
        """Return the headers that send a browser back to the client."""
        del call
        return {"Location": location, "Referrer-Policy": "no-referrer", **NOT_CACHED}

    def cookie_attributes(self, call: Call) -> str:
        """Return how the session cookie is guarded; no Secure, for loopback has no TLS."""
        del call
        return "; Path=/; HttpOnly; SameSite=Lax"


def _guarded(sources: dict[str, str]) -> dict[str, str]:
    policy = {
        "default-src": "'none'",
        **sources,
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "; ".join(f"{key} {one}" for key, one in policy.items()),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        **NOT_CACHED,
    }


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
