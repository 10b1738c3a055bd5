"""A way through the pages that ends before the user's decision is sent."""

from __future__ import annotations

from http.cookiejar import CookieJar

from conformance.targets.consent.forms import Pairs, Submission
from conformance.targets.consent.walk import Walk

_DECISION = "allow"


class Halted(Walk):
    """Holds back what the control that allows would send, in `held`."""

    held: Submission | None = None

    @property
    def over(self) -> bool:
        """Tell whether the decision is due, or the user agent has left the target."""
        return self.held is not None or super().over

    def go(self, step: str, submission: Submission) -> None:
        """Go on as any walk, up to the decision; raises `ConsentError`."""
        if step == _DECISION:
            self.held = submission
        else:
            super().go(step, submission)

    def lured(self, submission: Submission) -> None:
        """Send what a page of another site would make this user agent send.

        Cookies that browsers keep from such requests stay at home. Raises `ConsentError`.
        """
        kept_home = ("strict",) if submission.method == "GET" else ("strict", "lax")
        jar: CookieJar = self._browser.cookies
        for cookie in tuple(jar):
            if str(cookie.get_nonstandard_attr("SameSite") or "").lower() in kept_home:
                jar.clear(cookie.domain, cookie.path, cookie.name)
        super().go("lured", submission)


def common(first: Submission, second: Submission) -> Pairs:
    """Return the fields that are the same for two users, so that a stranger can know them."""
    theirs = second.pairs or ()
    return tuple(pair for pair in first.pairs or () if pair in theirs)
