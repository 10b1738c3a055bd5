"""Servers with a defect that only a sequence of steps brings to light."""

from __future__ import annotations

import itertools

from conformance.reference import Client, Decisions
from conformance.reference.call import Call
from conformance.reference.records import Issued
from conformance.reference.settings import Placement


class ForgetsAfterThree(Decisions):
    """The third refresh of a chain makes the first refresh token good again."""

    def after_issue(self, call: Call, access: Issued, refresh: Issued) -> None:
        """Forget that the great-grandparent was used."""
        del call, access
        chain = _ancestors(refresh, "refresh_token")
        if len(chain) == 3:
            chain[-1].spent = False


class RevivesCode(Decisions):
    """A refresh makes the code of its chain good again."""

    def after_issue(self, call: Call, access: Issued, refresh: Issued) -> None:
        """Forget that the code was used."""
        del call, access
        if refresh.lineage.generation:
            for code in _ancestors(refresh, "code"):
                code.spent = False


class SwapsUser(Decisions):
    """The second refresh of a user's grant gives tokens of another user."""

    def subject_of_refresh(self, call: Call, token: Issued) -> str:
        """Return the last user there is, for the second generation."""
        second = token.lineage.generation == 1
        by_code = token.lineage.family.origin == "authorization_code"
        return call.settings.users[-1].id if second and by_code else token.lineage.subject


class NeverEndsInPut(Decisions):
    """An expired access token is still good in a PUT."""

    def access_token_alive(self, call: Call, token: Issued, placement: Placement) -> bool:
        """Return whether it is alive, or the method is PUT."""
        return call.method == "PUT" or super().access_token_alive(call, token, placement)


class GivesWay(Decisions):
    """A refresh token is given to another client that asks for the second time."""

    def __init__(self) -> None:
        self._asked: set[str] = set()

    def refresh_token_bound_to(self, call: Call, token: Issued, client: Client) -> bool:
        """Return whether the client is the right one, or insists."""
        if super().refresh_token_bound_to(call, token, client) or token.value in self._asked:
            return True
        self._asked.add(token.value)
        return False


class EndlessWhenRefreshed(Decisions):
    """An access token of the third generation never expires."""

    def access_token_alive(self, call: Call, token: Issued, placement: Placement) -> bool:
        """Return whether it is alive, or late in its chain."""
        late = token.lineage.generation >= 2
        return late or super().access_token_alive(call, token, placement)


class ReusesCode(Decisions):
    """A code works until its time is over, however often: the page, read to the letter."""

    def spend_code(self, call: Call, code: Issued) -> bool:
        """Use a code, as long as it is alive."""
        self.mark_spent(call, code)
        return self.code_alive(call, code)


class ForgetsNow(Decisions):
    """Every fifth time a code is used its use is forgotten: a race that was lost."""

    def __init__(self) -> None:
        self._uses = itertools.count(1)

    def spend_code(self, call: Call, code: Issued) -> bool:
        """Use up a code, most of the time."""
        return next(self._uses) % 5 == 0 or super().spend_code(call, code)


class Busy(Decisions):
    """A server that is out of order whenever a refresh token comes."""

    def find_refresh_token(self, call: Call, value: str) -> Issued | None:
        """Fail."""
        del call, value
        raise RuntimeError("out of order")


def _ancestors(record: Issued, kind: str) -> list[Issued]:
    """Return what led to a value, the latest first."""
    found, parent = [], record.lineage.parent
    while parent is not None:
        found.append(parent)
        parent = parent.lineage.parent
    return [one for one in found if one.kind == kind]
