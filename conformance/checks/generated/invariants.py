"""What every answer to a generated request must keep to: five checks registered in schemathesis.

They are silent about answers to requests that are not ours, since schemathesis lets every schema
of a process be judged by every registered check.
"""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from schemathesis import Case, CheckContext, CheckFunction
from schemathesis.errors import FailureGroup

from conformance.checks import expect
from conformance.evidence.decoding import views
from conformance.verdict import Violation
from conformance.wire import Exchange, Response

_SERVER_ERROR = 500
_ISSUED = ("access_token", "refresh_token", "code")
_SHORTEST_VALUE = 16
_SHORTEST_SECRET = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """A generated request in words, what came back, and the secrets that must not come back.

    `markers` are the members with a fixed value that every success of the operation carries, and
    `issues` names the members in which it gives tokens. `page` says that people are answered, not
    programs. `broken` is filled by the checks.
    """

    words: str
    exchange: Exchange
    secrets: tuple[str, ...] = field(repr=False)
    markers: Mapping[str, object]
    issues: tuple[str, ...] = ()
    page: bool = False
    broken: dict[str, Violation] = field(default_factory=dict)

    @property
    def response(self) -> Response:
        """Return what came back; where nothing did, nothing can be broken."""
        return self.exchange.response or Response(0)

    @property
    def succeeded(self) -> bool:
        """Tell whether the answer is a 2xx that does not say that it is an error."""
        return 200 <= self.response.status < 300 and not self._says_no

    @property
    def _says_no(self) -> bool:
        """An error may come with status 200 (reading KMA-11 of the kitchenmonki contract)."""
        members = self.response.members
        return bool(members.get("error")) or any(
            type(members.get(name)) is type(value) and members[name] != value
            for name, value in self.markers.items()
        )

    def expect(self, holds: bool, expected: str, seen: str) -> None:  # noqa: FBT001
        """Expect something of the answer; raises `Violation` where it does not hold."""
        expect.that(holds, expected, f"{seen}\nto {self.words}", self.exchange)


Invariant = Callable[[Sent, Case[Any], schemathesis.Response], None]
_current: ContextVar[Sent | None] = ContextVar("sent", default=None)
_checks: list[CheckFunction] = []


def broken(sent: Sent, case: Case[Any], answer: requests.Response) -> Mapping[str, Violation]:
    """Let every check judge an answer, and return the violations by the name of the invariant."""
    token = _current.set(sent)
    try:
        case.validate_response(answer, checks=_checks)
    except FailureGroup:
        return sent.broken
    finally:
        _current.reset(token)
    return {}


def _invariant(name: str, *, of_pages: bool = False) -> Callable[[Invariant], Invariant]:
    """Register a function as a check of schemathesis, for the requests that are ours."""

    def register(function: Invariant) -> Invariant:
        @schemathesis.check
        @functools.wraps(function)
        def checked(
            _context: CheckContext, response: schemathesis.Response, case: Case[Any]
        ) -> None:
            sent = _current.get()
            if sent is None or (sent.page and not of_pages):
                return
            try:
                function(sent, case, response)
            except Violation as found:
                sent.broken[name] = found
                raise

        _checks.append(checked)
        return function

    return register


@_invariant("no-server-error", of_pages=True)
def generated_no_server_error(
    sent: Sent, _case: Case[Any], _response: schemathesis.Response
) -> None:
    """See that no request is answered with a 5xx."""
    seen = f"status {sent.response.status}"
    sent.expect(sent.response.status < _SERVER_ERROR, "a status below 500", seen)


@_invariant("schema")
def generated_schema(sent: Sent, case: Case[Any], response: schemathesis.Response) -> None:
    """See that a success in JSON has the form that the description gives it."""
    if not sent.succeeded or not _json(sent.response.media_type):
        return
    try:
        _ = sent.response.json
    except ValueError:
        sent.expect(
            holds=False, expected="the JSON that the header promises", seen="something else"
        )
    places = sorted(set(_misplaced(case, response)))
    seen = f"an answer that differs at {', '.join(places)}"
    sent.expect(not places, "an answer as the description has it", seen)


@_invariant("content-type")
def generated_content_type(sent: Sent, case: Case[Any], response: schemathesis.Response) -> None:
    """See that a success with a body has a documented content type."""
    documented = case.operation.schema.get_content_types(case.operation, response)
    if not sent.succeeded or not sent.response.body or not documented:
        return
    seen = sent.response.media_type
    lawful = any(_same(one, seen) for one in documented)
    sent.expect(lawful, " or ".join(documented), seen or "no content type")


@_invariant("no-echo", of_pages=True)
def generated_no_echo(sent: Sent, _case: Case[Any], _response: schemathesis.Response) -> None:
    """See that no answer repeats a secret, but as the token that it issues.

    `Location` may: a front that moves a request to another address repeats its query there.
    """
    received = sent.response
    issued = [received.members.get(name) for name in sent.issues if sent.succeeded]
    told = [value for name, value in received.headers if name.lower() != "location"]
    text = "\n".join((received.text, *told))
    found = [one for one in sent.secrets if one not in issued and _telling(one)]
    echoed = any(secret in view.text for view in views(text) for secret in found)
    sent.expect(not echoed, "an answer without secrets", "one that repeats a secret")


@_invariant("error-is-no-token")
def generated_error_is_no_token(
    sent: Sent, _case: Case[Any], _response: schemathesis.Response
) -> None:
    """See that an answer that is no success carries no token and no code."""
    received = sent.response
    if 200 <= received.status < 300:
        return
    carried = (*received.members.items(), *received.location_query)
    found = sorted({name for name, value in carried if name in _ISSUED and _looks_issued(value)})
    seen = f"status {received.status} with {', '.join(found)}"
    sent.expect(not found, "an error without tokens", seen)


def _misplaced(case: Case[Any], response: schemathesis.Response) -> Iterator[str]:
    """Yield where an answer differs from the description; what it says there could be a secret."""
    try:
        case.operation.validate_response(response, case=case)
    except (AssertionError, FailureGroup) as found:  # several failures come as a group, one alone
        for failure in getattr(found, "exceptions", (found,)):
            path = getattr(failure, "instance_path", None)
            if path is not None:
                yield "/" + "/".join(map(str, path))


def _json(media_type: str) -> bool:
    return media_type == "application/json" or media_type.endswith("+json")


def _same(documented: str, seen: str) -> bool:
    """Tell whether a media type is the documented one, which may be a range such as `text/*`."""
    wanted = documented.partition(";")[0].strip().lower()
    return fnmatch.fnmatchcase(seen, wanted) or (_json(wanted) and _json(seen))


def _telling(secret: str) -> bool:
    """Tell whether a secret proves something where it stands: a word may stand in any text."""
    return len(secret) >= _SHORTEST_SECRET and not (secret.isalpha() and secret.islower())


def _looks_issued(value: object) -> bool:
    """Tell a token from an error code or a sentence that an error holds under the same name."""
    return (
        isinstance(value, str)
        and len(value) >= _SHORTEST_VALUE
        and " " not in value
        and any(character.isdigit() for character in value)
    )
