"""What spans the cases of checks: the grants, placements and operations of a contract."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import Contract

VALUES = ("access_token", "refresh_token", "code")


def grants(contract: Contract) -> Iterator[str]:
    """Yield every grant of the contract."""
    yield from contract.grants


def openers(contract: Contract) -> Iterator[str]:
    """Yield the grants whose tokens are promised to open the resources."""
    for name, grant in contract.grants.items():
        if grant.opens:
            yield name


def origins(contract: Contract) -> Iterator[str]:
    """Yield the grants that begin a chain of refreshes."""
    for name, grant in contract.grants.items():
        if grant.refresh_token and name != "refresh_token":
            yield name


def placements(contract: Contract) -> Iterator[str]:
    """Yield every place where a token may travel."""
    yield from contract.placements


def operations(contract: Contract) -> Iterator[str]:
    """Yield every operation that needs a token."""
    yield from contract.resources
