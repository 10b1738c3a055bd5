"""What an authorization server says of itself, and whether it is so (RFC 8414)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.once import once
from conformance.targets import Service
from conformance.targets.description.addresses import flaw, loopback
from conformance.targets.description.metadata import PLACES
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import describe
from conformance.wire import Exchange, ForeignHost

_WELL_KNOWN = "/.well-known/oauth-authorization-server"
_OF_OPENID = "/.well-known/openid-configuration"
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "k", "oth")  # RFC 7518 section 6
_BY_SIGNATURE = {"private_key_jwt", "client_secret_jwt"}
_ALGORITHMS = "endpoint_auth_signing_alg_values_supported"
_MEMBERS = ("authorization_endpoint", "token_endpoint", "response_types_supported")


@once
def _fetched(service: Service) -> Exchange:
    """Return the answer of the metadata endpoint; raises `NotApplicable` where there is none."""
    service.features.need("metadata")
    exchange = service.wire.send("GET", service.live.endpoint("metadata"))
    if exchange.response is None:
        raise Inconclusive(f"no answer: {exchange.failure}")
    return exchange


def members(service: Service) -> tuple[Mapping[str, Any], Exchange]:
    """Return the metadata of a service, and the answer that it stood in.

    Raises `Inconclusive` where what should be metadata is none: another check says so.
    """
    exchange = _fetched(service)
    if exchange.status != 200 or not exchange.members:
        raise Inconclusive(f"this is no metadata: {describe(exchange)}")
    return exchange.members, exchange


def _issuer(found: Mapping[str, Any]) -> str:
    issuer = found.get("issuer")
    return issuer if isinstance(issuer, str) else ""


@check("metadata.answer")
def check_answer(service: Service) -> None:
    """The metadata is a JSON object that comes with 200 and as application/json."""
    exchange = _fetched(service)
    kind = exchange.response.media_type if exchange.response else ""
    holds = exchange.status == 200 and kind == "application/json" and bool(exchange.members)
    expect.that(holds, "200 and application/json", describe(exchange), exchange)


@check("metadata.place")
def check_place(service: Service) -> None:
    """The metadata is found between the issuer's host and its path."""
    found, exchange = members(service)
    declared = service.live.endpoint("metadata")
    if _WELL_KNOWN not in declared:
        raise NotApplicable("the metadata named in the target file has another well-known name")
    parts = urlsplit(_issuer(found))
    path = _WELL_KNOWN + parts.path.rstrip("/")
    there = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    if there != declared:
        exchange = _sent(service, there)
    seen = describe(exchange)
    expect.that(exchange.status == 200 and bool(exchange.members), "metadata there", seen, exchange)


def _sent(service: Service, url: str) -> Exchange:
    try:
        return service.wire.send("GET", url)
    except ForeignHost as problem:
        raise Inconclusive(str(problem)) from None


@check("metadata.issuer")
def check_issuer(service: Service) -> None:
    """The issuer is the identifier that the address of the metadata was made from."""
    found, exchange = members(service)
    issuer, declared = _issuer(found), service.live.endpoint("metadata")
    if urlsplit(issuer).netloc != urlsplit(declared).netloc and loopback(declared):
        raise Inconclusive(
            "the target file calls this machine by another name than the issuer does"
        )
    known = (
        urlunsplit(urlsplit(declared)._replace(path=path))
        for path in _paths(urlsplit(declared).path)
    )
    holds = issuer in known
    expect.that(holds, "the issuer of this metadata", issuer or "no issuer", exchange)


def _paths(path: str) -> Iterator[str]:
    """Yield the paths of the issuers whose metadata may stand at a path, `/` left out or not."""
    before, _, after = path.partition("/.well-known/")
    behind = after.partition("/")[2]
    own = f"{before}/{behind}" if behind else before
    yield own
    yield own.rstrip("/") or "/"
    yield f"{own.rstrip('/')}/"


@check("metadata.issuer-url")
def check_issuer_url(service: Service) -> None:
    """The issuer is an https URL without query and fragment; on loopback it may be http."""
    found, exchange = members(service)
    problem = url_flaw(_issuer(found))
    expect.that(problem is None, "an https URL without query and fragment", problem or "", exchange)


def url_flaw(issuer: str) -> str | None:
    """Return what keeps an issuer from being one, or None."""
    found = flaw(issuer)
    if found:
        return found
    if "?" in issuer:
        return "has a query"
    if not issuer.startswith("https://") and not loopback(issuer):
        return "is plain http"
    return None


@check("metadata.member", member=_MEMBERS)
def check_member(service: Service, member: str) -> None:
    """A member that every client needs is there."""
    found, exchange = members(service)
    holds = bool(found.get(member))
    expect.that(holds, member, "none", exchange)


@check("metadata.endpoint", part=tuple(PLACES))
def check_endpoint(service: Service, part: str) -> None:
    """An endpoint that the target file names has the path that the metadata gives it."""
    found, exchange = members(service)
    known, told = service.live.endpoints.of(part), found.get(PLACES[part])
    if known is None or told is None:
        raise NotApplicable(f"metadata or target file name no {part} endpoint")
    paths = [urlsplit(str(one)).path for one in (known, told)]  # a host may have two names
    expect.that(paths[0] == paths[1], known, f"{told!r}", exchange)


@check("metadata.no-fragment")
def check_no_fragment(service: Service) -> None:
    """No endpoint has a fragment."""
    found, exchange = members(service)
    wrong = [n for n, one in found.items() if n.endswith("_endpoint") and "#" in str(one)]
    expect.that(not wrong, "endpoints without a fragment", ", ".join(wrong), exchange)


@check("metadata.no-empty-list")
def check_no_empty_list(service: Service) -> None:
    """A list without elements is left out."""
    found, exchange = members(service)
    empty = sorted(name for name, value in found.items() if value == [])
    expect.that(not empty, "no empty list", ", ".join(empty), exchange)


@check("metadata.response-types")
def check_response_types(service: Service) -> None:
    """The response type code is listed where codes are given."""
    found, exchange = members(service)
    service.code()
    listed = found.get("response_types_supported")
    holds = isinstance(listed, list) and "code" in listed
    expect.that(holds, "a list with code", f"{listed!r}", exchange)


@check("metadata.grants")
def check_grants(service: Service) -> None:
    """Each grant that yields a token is listed, where grants are listed at all."""
    found, exchange = members(service)
    listed = found.get("grant_types_supported")
    if not isinstance(listed, list):
        raise NotApplicable("no grant is listed")
    missing = [grant for grant in service.contract.grants if _works(service, grant, listed)]
    expect.that(not missing, "every grant that works", f"not: {', '.join(missing)}", exchange)


def _works(service: Service, grant: str, listed: list[object]) -> bool:
    """Tell whether a grant works that is not listed."""
    if grant in listed:
        return False
    try:
        service.tokens(grant)
    except (Inconclusive, NotApplicable):
        return False
    return True


@check("metadata.authentication")
def check_authentication(service: Service) -> None:
    """How the client authenticates is listed; where nothing is listed, that is HTTP Basic."""
    found, exchange = members(service)
    grant = next(iter(service.contract.grants))
    how = service.tokens(grant).client.authentication
    listed = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    expect.that(how in listed, how, f"{listed!r}", exchange)


@check("metadata.challenge-methods")
def check_challenge_methods(service: Service) -> None:
    """Methods of code challenges are listed where PKCE works."""
    found, exchange = members(service)
    service.features.need("pkce")
    listed = found.get("code_challenge_methods_supported")
    holds = isinstance(listed, list) and "S256" in listed
    expect.that(holds, "a list with S256", f"{listed!r}", exchange)


@check("metadata.signing-algorithms")
def check_signing_algorithms(service: Service) -> None:
    """Where clients may authenticate by a signature, the algorithms for it are listed."""
    found, exchange = members(service)
    if _OF_OPENID in service.live.endpoint("metadata"):  # reading OA-53
        raise NotApplicable("OpenID Connect Discovery leaves it open whether they are listed")
    ends = ("token", "revocation", "introspection")
    signed = [
        end
        for end in ends
        if _BY_SIGNATURE & set(found.get(f"{end}_endpoint_auth_methods_supported") or ())
    ]
    if not signed:
        raise NotApplicable("no client authenticates by a signature")
    missing = [end for end in signed if not found.get(f"{end}_{_ALGORITHMS}")]
    expect.that(not missing, "algorithms", f"none for {', '.join(missing)}", exchange)


@check("metadata.no-none")
def check_no_none(service: Service) -> None:
    """`none` is no algorithm for a signature."""
    found, exchange = members(service)
    named = [n for n, one in found.items() if n.endswith(_ALGORITHMS) and "none" in (one or ())]
    expect.that(not named, "no algorithm none", ", ".join(named), exchange)


@check("metadata.keys")
def check_keys(service: Service) -> None:
    """What stands at jwks_uri are public keys, told over https."""
    found, exchange = members(service)
    place = found.get("jwks_uri")
    if not isinstance(place, str):
        raise NotApplicable("there is no jwks_uri")
    safe = place.startswith("https://") or loopback(place)
    expect.that(safe, "an https URL", place, exchange)
    told = _sent(service, place)
    keys = told.members.get("keys")
    private = sorted({name for key in keys or () for name in _PRIVATE if name in key})
    expect.that(isinstance(keys, list), "a set of keys", describe(told), told)
    expect.that(not private, "public keys alone", f"members {', '.join(private)}", told)


@check("metadata.published")
def check_published(service: Service) -> None:
    """There is metadata."""
    found = service.live.endpoints.metadata is not None
    expect.that(found, "metadata", "the target file names none")
