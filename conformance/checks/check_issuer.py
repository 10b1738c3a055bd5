"""The name of the authorization server in its responses (RFC 9207)."""

from __future__ import annotations

from contextlib import suppress

from conformance.checks import expect
from conformance.checks.authorization import Ending, allowed, query
from conformance.checks.catalogue import check
from conformance.checks.check_authorize_error import answered
from conformance.checks.check_metadata import members, url_flaw
from conformance.checks.once import once
from conformance.targets import Service
from conformance.verdict import Inconclusive, NotApplicable


@once
def _named(service: Service) -> list[str]:
    """Return every `iss` that comes with a code; raises `NotApplicable` without the feature."""
    service.features.need("iss")
    _, redirect = allowed(service)
    return [value for name, value in query(redirect) if name == "iss"]


@check("issuer.with-code")
def check_with_code(service: Service) -> None:
    """The issuer comes with a code, once."""
    seen = _named(service)
    expect.that(len(seen) == 1, "one iss", f"{len(seen)}")


@check("issuer.with-error")
def check_with_error(service: Service) -> None:
    """The issuer comes with an error, once."""
    service.features.need("iss")
    with suppress(NotApplicable, Inconclusive):  # a user need not be asked
        _expect_one(answered(service, "denied"))
    _expect_one(answered(service, "unsupported-response-type"))


def _expect_one(ending: Ending) -> None:
    if ending.error is None:
        raise NotApplicable(f"no error is in the query, but {ending.kind} comes")
    seen = ending.values("iss")
    expect.that(len(seen) == 1, "one iss", f"{len(seen)}", ending.last)


@check("issuer.url")
def check_url(service: Service) -> None:
    """The issuer is an https URL without query and fragment; on loopback it may be http."""
    for issuer in _named(service):
        problem = url_flaw(issuer)
        expect.that(problem is None, "an https URL without query and fragment", problem or "")


@check("issuer.as-in-metadata")
def check_as_in_metadata(service: Service) -> None:
    """The issuer of a response is that of the metadata, character by character."""
    found, exchange = members(service)
    for issuer in _named(service):
        expect.that(issuer == found.get("issuer"), f"{found.get('issuer')!r}", issuer, exchange)


@check("issuer.announced")
def check_announced(service: Service) -> None:
    """Metadata says that responses name the issuer, where they do."""
    found, exchange = members(service)
    if not _named(service):
        raise NotApplicable("no iss comes with a code")
    told = found.get("authorization_response_iss_parameter_supported")
    expect.that(told is True, "true", f"{told!r}", exchange)
