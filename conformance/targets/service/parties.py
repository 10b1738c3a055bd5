"""Who takes part: the clients and the users whom the target file names, by their roles."""

from __future__ import annotations

from conformance.targets.grants import SUBSTITUTES, Client, User
from conformance.targets.live import LiveTarget
from conformance.verdict import Inconclusive

# What a check misses where the target file names nobody for a role.
_PRECONDITIONS = {"other_client": "two_clients", "other_user": "two_users", "user": "user_login"}


class Parties:
    """The clients and users of a target."""

    def __init__(self, live: LiveTarget) -> None:
        self.live = live

    def client(self, role: str = "client") -> Client:
        """Return a registered client; raises `Inconclusive` where the target file names none."""
        found = self.live.client(role)
        if found is None:
            raise Inconclusive(f"the target file has no [{role}]", _missing(role))
        return found

    def strangers(self) -> tuple[Client, ...]:
        """Return the other client and, where one is declared, the one without a secret.

        Raises `Inconclusive` where the target file names no other client.
        """
        bare = self.live.client("public_client")
        return (self.client("other_client"), *((bare,) if bare else ()))

    def registered_for(self, grant: str) -> Client:
        """Return the client that the target file lets use a grant; raises `Inconclusive`."""
        for role in ("client", SUBSTITUTES.get(grant, "client")):
            found = self.live.client(role)
            if found and grant in found.grants:
                return found
        raise Inconclusive(f"no client in the target file may use {grant}", f"grant:{grant}")

    def user(self, role: str = "user") -> User:
        """Return a user who can log in; raises `Inconclusive` where the target file names none."""
        found = self.live.user(role)
        if found is None:
            raise Inconclusive(f"the target file has no [{role}]", _missing(role))
        return found


def _missing(role: str) -> str:
    return _PRECONDITIONS.get(role, role)
