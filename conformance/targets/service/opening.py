"""A service -> the grant whose tokens open its resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.targets.grants import Tokens
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer

if TYPE_CHECKING:
    from conformance.targets.service.service import Service


def opening_grant(service: Service) -> str:
    """Return the first grant that yields tokens which open a resource.

    Those whose tokens are promised to open come first, and are believed. Raises `Inconclusive`
    where none does, for the reason that the first has.
    """
    problems = []
    for grant in _promising(service):
        try:
            tokens = service.tokens(grant)
            if service.contract.grants[grant].opens or _opens(service, tokens):
                return grant
        except Inconclusive as problem:
            problems.append(problem)
    raise problems[0] if problems else Inconclusive("no token opens a resource", "resource")


def _promising(service: Service) -> list[str]:
    grants = [one for one in service.contract.grants.values() if one.name != "refresh_token"]
    return [one.name for one in sorted(grants, key=lambda one: not one.opens)]


def _opens(service: Service, tokens: Tokens) -> bool:
    example = service.contract.example
    return service.answer(example, service.call(example, tokens.access_token)) is Answer.YES
