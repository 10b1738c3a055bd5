"""Generated requests: what schemathesis draws, with real values in the places of some of it.

A request drawn from a description knows no client, no code and no token, so it would never get past
the door. A draft says which of its parts stay as they were drawn; the others get real values.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlsplit

import schemathesis
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode

from conformance.contract import Contract, Operation, Placement
from conformance.targets import Service
from conformance.targets.service.carriage import carriage

_FORM = "application/x-www-form-urlencoded"
_OTHERS = "undeclared parts"
_SECRET = ("client_secret", "code", "refresh_token")

Carried = Literal["a good token", "no token", "a made-up token"]
# A good token comes first, so that cases shrink to it, and mostly, so that they get in.
_CARRIED: tuple[Carried, ...] = (*("a good token",) * 4, "no token", "a made-up token")


@dataclass(frozen=True, slots=True)
class Draft:
    """A drawn case, the names of the parts that it keeps, and what the others are filled with."""

    case: Case[Any]
    operation: Operation
    kept: frozenset[str]
    grant: str | None
    placement: Placement | None
    carries: Carried
    made_up: str = field(repr=False)

    @property
    def sound(self) -> bool:
        """Tell whether nothing drawn is left, so that the request has to be accepted."""
        return not self.kept and (self.placement is None or self.carries == "a good token")

    @property
    def words(self) -> str:
        """Say what the request is, without any value."""
        parts = [f"{self.operation.method} {self.operation.path}"]
        if self.grant:
            parts.append(f"for {self.grant}")
        if self.placement:
            where = f" in {self.placement.name}" if self.carries != "no token" else ""
            parts.append(f"with {self.carries}{where}")
        if self.kept:
            parts.append(f"with generated {', '.join(sorted(self.kept))}")
        return " ".join(parts)

    def keeps(self, name: str) -> bool:
        """Tell whether a part stays as it was drawn."""
        return name in self.kept or (_OTHERS in self.kept and name not in _parts(self.operation))


@dataclass(frozen=True, slots=True)
class Values:
    """Real values for the parts of a request, and the secrets among them."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


def drafts(
    contract: Contract, operation: Operation, grants: tuple[str, ...] = ()
) -> st.SearchStrategy[Draft]:
    """Return drafts of an operation: sound ones, valid ones and invalid ones in equal numbers.

    The simplest is sound, so it comes first in every run and is what all others shrink towards.
    """
    found = _described(contract, operation)
    parts = (*_parts(operation), _OTHERS)
    invalid = found.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    valid = found.as_strategy(generation_mode=GenerationMode.POSITIVE)
    frame: dict[str, st.SearchStrategy[Any]] = {
        "operation": st.just(operation),
        "grant": st.sampled_from(grants) if grants else st.none(),
        "placement": _placements(contract, operation),
        "carries": st.sampled_from(_CARRIED),
        "made_up": st.uuids().map(str),
    }
    return st.one_of(
        st.builds(Draft, case=st.builds(found.Case), kept=st.just(frozenset()), **frame),
        st.builds(Draft, case=valid, kept=_some_of(parts), **frame),
        st.builds(Draft, case=invalid, kept=_some_of(parts), **frame),
    )


def values(service: Service, draft: Draft, access_token: str | None) -> Values:
    """Return the real values for a draft; raises `Inconclusive` where the target gives none."""
    ends = {service.contract.token.id: _of_grant, service.contract.authorize.id: _of_authorize}
    if draft.operation.id in ends:
        return ends[draft.operation.id](service, draft)
    return _of_call(service, draft, access_token or "")


def filled(draft: Draft, real: Values) -> Case[Any]:
    """Return the case of a draft with real values in all parts that it does not keep."""
    drawn = draft.case
    path = {name: quote(value, safe="") for name, value in real.path.items()}
    case: Case[Any] = drawn.operation.Case(
        path_parameters={**path, **_kept(draft, drawn.path_parameters)},
        query={**real.query, **_kept(draft, drawn.query)},
        headers=dict(real.headers),
        **_body(draft, real),
    )
    case.id = "generated"  # it travels in a header, and a random one would differ in every run
    return case


def _described(contract: Contract, operation: Operation) -> APIOperation[Any, Any, Any, Any]:
    """Return an operation as schemathesis knows it, but for the tokens: our drafts place them."""
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(copy.deepcopy(dict(contract.openapi)), config=config)
    return schema[operation.path][operation.method]


def _parts(operation: Operation) -> tuple[str, ...]:
    return (*re.findall(r"{(\w+)}", operation.path), *operation.query, *operation.form)


def _some_of(parts: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    """Return few of the parts or most of them, since few get past the door; it shrinks to one."""
    few, most = (False, False, False, True), (False, True, True, True)
    masks = (st.tuples(*(st.sampled_from(often) for _ in parts)) for often in (few, most))
    return (
        st.one_of(*masks).filter(any).map(lambda mask: frozenset(itertools.compress(parts, mask)))
    )


def _placements(contract: Contract, operation: Operation) -> st.SearchStrategy[Placement | None]:
    read = [found for found in contract.placements.values() if operation.id in found.operations]
    return st.sampled_from(read) if read else st.none()


def _kept(draft: Draft, drawn: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in drawn.items() if draft.keeps(name)}


def _body(draft: Draft, real: Values) -> dict[str, Any]:
    """Return the body and its media type; a drawn body that is no form stays or goes as a whole."""
    drawn = draft.case.body
    if draft.operation.form and isinstance(drawn, dict):
        return {"body": {**real.form, **_kept(draft, drawn)}, "media_type": _FORM}
    if _OTHERS in draft.kept:
        return {"body": drawn, "media_type": draft.case.media_type}
    return {"body": dict(real.form), "media_type": _FORM} if draft.operation.form else {}


def _of_grant(service: Service, draft: Draft) -> Values:
    request = service.grant_request(draft.grant or "")
    sent = carriage(draft.operation, request)
    return Values(
        query=dict(sent.query),
        form=dict(sent.form),
        headers=dict(sent.headers),
        secrets=tuple(value for name, value in request.parameters if name in _SECRET),
    )


def _of_authorize(service: Service, _: Draft) -> Values:
    url = service.authorize_url(service.client_for("authorization_code"))
    return Values(query=dict(parse_qsl(urlsplit(url).query)))


def _of_call(service: Service, draft: Draft, access_token: str) -> Values:
    operation, where = draft.operation, draft.placement
    places: dict[str, dict[str, str]] = {
        "header": {},
        "query": {},
        "form": service.form_of(operation),
    }
    if where and draft.carries != "no token":
        carried = access_token if draft.carries == "a good token" else draft.made_up
        places[where.location][where.parameter] = where.prefix + carried
    path = {**operation.path_example, **service.live.file.resource.path_parameters}
    return Values(
        path={name: str(path[name]) for name in operation.path_example},
        query=places["query"],
        form=places["form"],
        headers=places["header"],
        secrets=(access_token,),
    )
