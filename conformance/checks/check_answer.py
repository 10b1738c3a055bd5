"""The members of the answer that carries tokens, for every grant (RFC 6749 section 5.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.once import once
from conformance.checks.spans import grants
from conformance.contract import Contract
from conformance.targets import Service
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange, Response

_HOUR = 3_600
_TEXTS = ("access_token", "token_type", "refresh_token", "scope")
_SHOWN = {"access_token", "expires_in", "token_type", "scope", "refresh_token"}


def _alone(contract: Contract) -> Iterator[str]:
    """Yield the grant by which a client acts for itself."""
    yield from (name for name in contract.grants if name == "client_credentials")


@once
def _answered(service: Service, grant: str) -> tuple[Exchange, Response]:
    """Return the answer to the documented request; it must be no refusal, but may be malformed."""
    exchange = service.send(service.grant_request(grant))
    response = exchange.response
    if response is None or of_grant(exchange) is Answer.NO or not 200 <= exchange.status < 300:
        raise Inconclusive(
            f"{grant} is not answered with tokens: {describe(exchange)}", f"grant:{grant}"
        )
    return exchange, response


def _member(service: Service, grant: str, name: str) -> tuple[Exchange, object]:
    exchange = _object(service, grant)
    return exchange, exchange.members.get(name)


def _object(service: Service, grant: str) -> Exchange:
    """Return an answer that has members; that it is an object is for `answer.json` to judge."""
    exchange, response = _answered(service, grant)
    if _type(response) != "dict":
        raise Inconclusive("the answer is no JSON object whose members could be judged")
    return exchange


def _type(response: Response) -> str:
    try:
        return type(response.json).__name__
    except ValueError:
        return "a body that is no JSON"


@check("answer.json", grant=grants)
def check_json(service: Service, grant: str) -> None:
    """The answer is one JSON object."""
    exchange, response = _answered(service, grant)
    seen = _type(response)
    expect.that(seen == "dict", "one JSON object", seen, exchange)


@check("answer.status", grant=grants)
def check_status(service: Service, grant: str) -> None:
    """The status of an answer with tokens is 200."""
    exchange, response = _answered(service, grant)
    expect.that(response.status == 200, "status 200", f"status {response.status}", exchange)


@check("answer.content-type", grant=grants)
def check_content_type(service: Service, grant: str) -> None:
    """The content type of an answer with tokens is application/json."""
    exchange, response = _answered(service, grant)
    seen = response.media_type or "no content type"
    expect.that(seen == "application/json", "application/json", seen, exchange)


@check("answer.access-token", grant=grants)
def check_access_token(service: Service, grant: str) -> None:
    """The answer has an access token that is a string and not empty."""
    exchange, value = _member(service, grant, "access_token")
    _expect_string(exchange, "access_token", value)


@check("answer.token-type", grant=grants)
def check_token_type(service: Service, grant: str) -> None:
    """The token type is bearer, in any case."""
    exchange, value = _member(service, grant, "token_type")
    holds = isinstance(value, str) and value.lower() == "bearer"
    expect.that(holds, "token_type bearer", f"{value!r}", exchange)


@check("answer.token-type-lower-case", grant=grants)
def check_token_type_lower_case(service: Service, grant: str) -> None:
    """The token type is written in lower case, as the documents print it."""
    exchange, value = _member(service, grant, "token_type")
    if not isinstance(value, str) or value.lower() != "bearer":
        raise Inconclusive("there is no token type bearer whose case could be judged")
    expect.that(value == "bearer", "token_type in lower case", f"{value!r}", exchange)


@check("answer.expires-in", grant=grants)
def check_expires_in(service: Service, grant: str) -> None:
    """The lifetime in the answer is the documented one, a JSON number of seconds."""
    documented = service.contract.lifetimes.get("access_token")
    if documented is None:
        raise NotApplicable("the contract documents no lifetime")
    exchange, value = _member(service, grant, "expires_in")
    service.observe(f"expires_in.{grant}", value)
    holds = _number(value) == documented.seconds
    wanted = f"expires_in to be the number {documented.seconds:g}"
    expect.that(holds, wanted, f"{value!r}", exchange)


@check("answer.expires-in-number", grant=grants)
def check_expires_in_number(service: Service, grant: str) -> None:
    """A lifetime that is told is a JSON number of seconds, and not over already."""
    exchange, value = _member(service, grant, "expires_in")
    service.observe(f"expires_in.{grant}", value)
    if "expires_in" not in exchange.members:
        raise NotApplicable("the answer tells no lifetime, and need not")
    holds = _number(value) > 0
    expect.that(holds, "expires_in to be a number of seconds", f"{value!r}", exchange)


def _number(value: object) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else -1


@check("answer.expires-in-present", grant=grants)
def check_expires_in_present(service: Service, grant: str) -> None:
    """The answer tells how long the access token lives."""
    exchange = _object(service, grant)
    holds = "expires_in" in exchange.members
    expect.that(holds, "a member expires_in", describe(exchange), exchange)


@check("answer.short-lived", grant=grants)
def check_short_lived(service: Service, grant: str) -> None:
    """The access token lives an hour at most."""
    exchange, value = _member(service, grant, "expires_in")
    if not isinstance(value, int | float):
        raise Inconclusive("the answer tells no lifetime", "lifetime:access_token")
    expect.that(value <= _HOUR, f"at most {_HOUR} seconds", f"{value:g}", exchange)


@check("answer.strings", grant=grants)
def check_strings(service: Service, grant: str) -> None:
    """What is text is a JSON string; a member that is null says nothing and counts as absent."""
    exchange = _object(service, grant)
    held = {name: exchange.members.get(name) for name in _TEXTS}
    others = [name for name, value in held.items() if not isinstance(value, str | None)]
    expect.that(not others, "strings", f"others in {', '.join(others)}", exchange)


@check("answer.no-null", grant=grants)
def check_no_null(service: Service, grant: str) -> None:
    """A member that has nothing to say is left out, and not null."""
    exchange = _object(service, grant)
    nulls = sorted(
        name for name in _SHOWN & set(exchange.members) if exchange.members[name] is None
    )
    expect.that(not nulls, "no member to be null", ", ".join(nulls), exchange)


@check("answer.unique-members", grant=grants)
def check_unique_members(service: Service, grant: str) -> None:
    """No member stands twice in the answer."""
    exchange, response = _answered(service, grant)
    _object(service, grant)
    twice: list[str] = []

    def read(pairs: list[tuple[str, object]]) -> None:
        names = [name for name, _ in pairs]
        twice.extend(sorted({name for name in names if names.count(name) > 1}))

    json.loads(response.text, object_pairs_hook=read)
    expect.that(not twice, "each member once", ", ".join(twice), exchange)


@check("answer.no-refresh-token", grant=_alone)
def check_no_refresh_token(service: Service, grant: str) -> None:
    """A client that acts for itself is given no refresh token."""
    exchange = _object(service, grant)
    holds = exchange.members.get("refresh_token") is None
    expect.that(holds, "no refresh_token", "one", exchange)


@check("answer.not-from-cache", grant=grants)
def check_not_from_cache(service: Service, grant: str) -> None:
    """The answer comes from no cache: it has no age."""
    exchange, response = _answered(service, grant)
    seen = response.header("Age") or "0"
    expect.that(seen.strip() == "0", "no header Age", f"Age: {seen}", exchange)


@check("answer.refresh-token", grant=grants)
def check_refresh_token(service: Service, grant: str) -> None:
    """A refresh token comes with the access token, a string and not empty."""
    exchange, value = _member(service, grant, "refresh_token")
    _expect_string(exchange, "refresh_token", value)


@check("answer.scope-present", grant=grants)
def check_scope_present(service: Service, grant: str) -> None:
    """The answer has a member `scope`."""
    exchange = _object(service, grant)
    expect.that("scope" in exchange.members, "a member scope", describe(exchange), exchange)


@check("answer.scope-null", grant=grants)
def check_scope_null(service: Service, grant: str) -> None:
    """Where no scope was asked for, the member `scope` is null."""
    exchange = _object(service, grant)
    if "scope" not in exchange.members:
        raise Inconclusive("there is no member scope whose value could be judged")
    value = exchange.members["scope"]
    expect.that(value is None, "scope to be null", f"{value!r}", exchange)


@check("answer.no-other-members", grant=grants)
def check_no_other_members(service: Service, grant: str) -> None:
    """The answer has no member that the documents do not show."""
    exchange = _object(service, grant)
    others = sorted(set(exchange.members) - _SHOWN)
    expect.that(not others, "no other member", ", ".join(others), exchange)


@check("answer.no-store", grant=grants)
def check_no_store(service: Service, grant: str) -> None:
    """The answer must not be kept by a cache: `Cache-Control: no-store`."""
    exchange, response = _answered(service, grant)
    seen = ", ".join(response.header_values("Cache-Control"))
    directives = {part.strip().lower() for part in seen.split(",")}
    expect.that(
        "no-store" in directives, "Cache-Control: no-store", seen or "no such header", exchange
    )


@check("answer.no-cache", grant=grants)
def check_no_cache(service: Service, grant: str) -> None:
    """The answer tells old caches too: `Pragma: no-cache`."""
    exchange, response = _answered(service, grant)
    seen = ", ".join(response.header_values("Pragma"))
    expect.that("no-cache" in seen.lower(), "Pragma: no-cache", seen or "no such header", exchange)


def _expect_string(exchange: Exchange, name: str, value: object) -> None:
    seen = "no such member" if name not in exchange.members else type(value).__name__
    if value == "":
        seen = "an empty string"
    expect.that(isinstance(value, str) and value != "", f"{name} to be a string", seen, exchange)
