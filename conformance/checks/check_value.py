"""The values that are issued: fresh, hard to guess, of the documented shape, and opaque."""

from __future__ import annotations

import itertools
import math
import re
import string
from collections.abc import Sequence

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.disclosure import told
from conformance.checks.once import once
from conformance.checks.spans import VALUES
from conformance.targets import Code, Effort, Service, Tokens
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import describe

_GENEROUS_BITS = 160
_B64TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
_GUESS_BITS = 128  # RFC 6749 section 10.10: the chance of a guess is at most 2^-128
_ALPHABETS = tuple(
    frozenset(alphabet)
    for alphabet in (
        "0123456789abcdef",
        "0123456789ABCDEF",
        string.ascii_lowercase + string.digits,
        string.ascii_uppercase + string.digits,
        string.ascii_letters + string.digits,
        string.ascii_letters + string.digits + "-_",
    )
)
_NAMED = {
    "digits": string.digits,
    "lower-case hexadecimal": "0123456789abcdef-",
    "upper-case hexadecimal": "0123456789ABCDEF-",
    "lower case and digits": string.ascii_lowercase + string.digits,
    "upper case and digits": string.ascii_uppercase + string.digits,
    "letters and digits": string.ascii_letters + string.digits + "-_",
    "letters, digits and dots": string.ascii_letters + string.digits + "-_.",
    "base64": string.ascii_letters + string.digits + "+/=",
}
_VISIBLE = string.ascii_letters + string.digits + string.punctuation
_HOW_MANY = {Effort.SMOKE: 4, Effort.GATE: 8, Effort.DEEP: 24}


@check("value.shape", value=VALUES)
def check_shape(service: Service, value: str) -> None:
    """A value has the shape that the documents show."""
    if value not in service.contract.values:
        raise NotApplicable(f"the contract shows no shape for {value}")
    pattern = re.compile(service.contract.values[value])
    for issued in _issued(service, value):
        expect.that(
            pattern.fullmatch(issued) is not None,
            f"{value} to match {pattern.pattern}",
            _shape(issued),
        )


@check("value.visible-ascii", value=VALUES)
def check_visible_ascii(service: Service, value: str) -> None:
    """A value is made of visible ASCII characters (RFC 6749 appendix A.11, A.12, A.17)."""
    for issued in _issued(service, value):
        visible = all(" " <= character <= "~" for character in issued)
        expect.that(visible, f"{value} in visible ASCII", _shape(issued))


@check("value.fresh", value=VALUES)
def check_fresh(service: Service, value: str) -> None:
    """No value is issued twice."""
    issued = _anew(service, value)
    expect.that(len(set(issued)) == len(issued), f"every {value} to be new", "the same value twice")


@check("value.distinct")
def check_distinct(service: Service) -> None:
    """The access token and the refresh token of one answer differ, and neither is a code."""
    for grant in service.origins():
        request = service.grant_request(grant)
        exchange = service.send(request)
        tokens = service.issued(request, exchange)
        if tokens is None:
            raise Inconclusive(f"{grant} yields no token: {describe(exchange)}", f"grant:{grant}")
        values = [tokens.access_token, tokens.refresh_token, dict(request.parameters).get("code")]
        given = [value for value in values if value]
        differ = len(set(given)) == len(given)
        expect.that(differ, "different values", "the same value twice", exchange)


@check("value.entropy", value=VALUES)
def check_entropy(service: Service, value: str) -> None:
    """A value cannot be guessed from those issued before it."""
    issued = _issued(service, value)
    bits = estimated_bits(issued)
    service.observe(f"entropy.{value}", round(bits))
    service.observe(f"length.{value}", sorted({len(one) for one in issued}))
    service.observe(f"alphabet.{value}", alphabet("".join(issued)))
    expect.that(
        bits >= _GUESS_BITS, f"at least {_GUESS_BITS} bits in {value}", f"about {bits:.0f} bits"
    )


@check("value.generous-entropy", value=VALUES)
def check_generous_entropy(service: Service, value: str) -> None:
    """A value has more bits than it must have, as it should."""
    bits = estimated_bits(_issued(service, value))
    wanted = f"at least {_GENEROUS_BITS} bits in {value}"
    expect.that(bits >= _GENEROUS_BITS, wanted, f"about {bits:.0f} bits")


@check("value.bearer-syntax")
def check_bearer_syntax(service: Service) -> None:
    """An access token is made of the characters that a header Authorization can carry."""
    for issued in _issued(service, "access_token"):
        holds = _B64TOKEN.fullmatch(issued) is not None
        expect.that(holds, "an access token as RFC 6750 section 2.1 has it", _shape(issued))


@check("value.opaque", value=VALUES)
def check_opaque(service: Service, value: str) -> None:
    """A value carries no secret, neither plainly nor in base64."""
    client, user = service.client_for("authorization_code"), service.user()
    secrets = {
        "the client's secret": client.secret,
        "a password": user.password,
        "a user's name": user.name,
    }
    for issued in _issued(service, value):
        text = told(issued)
        found = [name for name, secret in secrets.items() if secret and secret in text]
        expect.that(not found, f"nothing of value in {value}", ", ".join(found))


def estimated_bits(values: Sequence[str]) -> float:
    """Estimate from above how many bits of a value an attacker has to guess who saw the others.

    What all values share at their beginning or end counts nothing; the rest counts by the smallest
    alphabet that holds it. Values that are numbers count by how far apart they lie.
    """
    numbers = [int(value) for value in values if value.isdecimal()]
    if len(numbers) == len(values):
        return math.log2(max(max(numbers) - min(numbers), 1))
    rest = len(min(values, key=len)) - _shared(values) - _shared([value[::-1] for value in values])
    seen = set("".join(values))
    size = next((len(alphabet) for alphabet in _ALPHABETS if seen <= alphabet), len(_VISIBLE))
    return max(rest, 0) * math.log2(size)


def alphabet(characters: str) -> str:
    """Return the name of the smallest alphabet that holds all characters.

    Two that differ in a few characters have one name, so that chance does not choose between them.
    """
    return next((name for name, one in _NAMED.items() if set(characters) <= set(one)), "others")


def _shared(values: Sequence[str]) -> int:
    """Return how many characters all values begin with; one alone may be chance."""
    shared = next(
        (place for place, column in enumerate(zip(*values, strict=False)) if len(set(column)) > 1),
        len(min(values, key=len)),
    )
    return shared if shared > 1 else 0


def _issued(service: Service, value: str) -> list[str]:
    """Return fresh values of a kind, from every grant that gives them."""
    if value == "code":
        return [code.value for code in _codes(service)]
    if value == "refresh_token":
        return [service.refresh_token(one) for one in _tokens(service)]
    return [one.access_token for one in _tokens(service)]


def _anew(service: Service, value: str) -> list[str]:
    """Return fresh values, but once what client_credentials may give again (KMA-28)."""
    issued = _issued(service, value)
    if value == "code":
        return issued
    given = [(one.grant, text) for one, text in zip(_tokens(service), issued, strict=True)]
    renewed = {text for grant, text in given if grant == "client_credentials"}
    return [*renewed, *(text for grant, text in given if grant != "client_credentials")]


@once
def _codes(service: Service) -> tuple[Code, ...]:
    return tuple(service.code() for _ in range(_HOW_MANY[service.effort]))


@once
def _tokens(service: Service) -> tuple[Tokens, ...]:
    """Obtain tokens by every grant in turn, and the next of a chain."""
    origins = itertools.cycle(service.origins())
    tokens = [service.tokens(next(origins)) for _ in range(_HOW_MANY[service.effort])]
    return (*tokens, service.refreshed(tokens[-1]))  # an earlier one may have ended (KMA-28)


def _shape(value: str) -> str:
    kinds = {"letters": str.isalpha, "digits": str.isdigit}
    seen = [name for name, belongs in kinds.items() if any(map(belongs, value))]
    others = sorted({one for one in value if not one.isalnum()})
    # Which characters a value has is chance, so they stand in a line of their own.
    return f"{len(value)} characters\nof {', '.join([*seen, *map(repr, others)])}"
