"""Where secrets stand in an exchange, by the names that RFC 6749, 6750 and 6265 give them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from conformance.wire import Exchange, Request, Response, parsed, url_parts

# Members of an answer, and parameters of a request or a redirect, and what they hold.
KINDS = {
    "access_token": "access-token",
    "refresh_token": "refresh-token",
    "id_token": "id-token",
    "code": "code",
    "code_verifier": "code-verifier",
    "device_code": "device-code",
    "client_secret": "client-secret",
    "password": "password",
}
# An error answer may use these names for something else: {"code": "invalid_request"}.
_OFTEN_WORDS = frozenset({"code", "client_secret", "password"})

_SUCCESS = 2
_FORM = "application/x-www-form-urlencoded"
_MEMBER = re.compile(
    rf"""["']?\b({"|".join(KINDS)})["']?\s*[:=]\s*\\?["']([^"'\s\\]+)""", re.IGNORECASE
)
# What may be a token (RFC 6750 section 2.1): anywhere, or as a text, an attribute, a parameter.
_PIECE = re.compile(r"(?<![\w.~+/-])[\w.~+/-]{16,}=*")
_ENCLOSED = re.compile(r"""(?<=["'>=])[\w.~+/-]{16,}=*(?=["'<&\s]|$)""")
_LINK = re.compile(r"[?&#;](access_token|code)=([^&\"'\s<>;]+)")
_INPUT = re.compile(r"<(?:input|meta)\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(name|value|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_FORM_TOKEN = re.compile(r"csrf|xsrf|token|nonce|authenticity|ticket", re.IGNORECASE)
_OPAQUE = 16  # characters; what is shorter can be guessed, or is a word
_TURN = re.compile("(?=[a-z][A-Z0-9]|[A-Z][0-9]|[0-9][A-Za-z])")
# Characters: tokens turn more often than that, InvalidClientException and pf-v5-c-form__label less.
_APART = 6
_GUESSES = 200  # an answer; who sends more of them means to be a burden
_SHOUTED = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)+")
_BASIC = re.compile(r"\bBasic\s+([A-Za-z0-9+/_-]{4,}={0,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A value that is a secret, or that the suite sent in the place of one.

    `issued` tells the first from the second; `whole` values may be ordinary words and are told
    from those by standing alone; `guessed` ones look like a secret, and nothing says that they are.
    """

    kind: str
    value: str = field(repr=False)
    issued: bool = True
    whole: bool = False
    guessed: bool = False


def opaque(value: str) -> bool:
    """Tell whether a value is no ordinary word: long, with digits, and no NAME_LIKE_THIS.

    One token in a thousand has no digit, but capitals at random.
    """
    long = len(value) >= _OPAQUE and not _SHOUTED.fullmatch(value)
    return long and (any(map(str.isdigit, value)) or _drawn(value))


def _drawn(value: str) -> bool:
    """Tell whether a value looks drawn by lot: digits and letters of both cases take turns."""
    return len(value) >= _OPAQUE and len(_TURN.findall(value)) > len(value) / _APART


def _telling(name: str, value: str) -> bool:
    """Tell whether a value under a secret's name is one, whatever answer it stands in."""
    return opaque(value) if name in _OFTEN_WORDS else _mixed(value)


def _mixed(value: str) -> bool:
    """Tell whether a value is long and no plain word, where hardly a word is to be expected."""
    plain = value.islower() or value.isupper() or " " in value
    return opaque(value) or (len(value) >= _OPAQUE and not plain)


def secrets_in(exchange: Exchange) -> Iterator[Found]:
    """Yield what an exchange discloses; the response first, for what it holds was issued."""
    if exchange.response:
        yield from _answered(exchange.response)
    yield from _sent(exchange.request)


def public_in(request: Request) -> Iterator[str]:
    """Yield what a request says that is no secret.

    That is the client's identifier (RFC 6749 section 2.2) and the state that it made up.
    """
    for name, value in _parameters(request):
        if name in {"client_id", "state"}:
            yield value
    for header, value in request.headers:
        if header.lower() == "authorization":
            yield from (client_id for client_id, _ in basic_pairs(value))


def basic_pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the user ids and passwords of the Basic credentials in a text (RFC 7617)."""
    for match in _BASIC.finditer(text):
        decoded = basic_decoded(match[1])
        if decoded is not None:
            user, _, password = decoded.partition(":")
            yield unquote_plus(user), unquote_plus(password)


def basic_decoded(credentials: str) -> str | None:
    """Return `id:secret` out of its base64 or base64url form, or None where it is none."""
    padded = credentials.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        decoded = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return decoded if ":" in decoded and decoded.isprintable() else None


def basic_rewritten(text: str) -> str:
    """Return a text with its Basic credentials in the clear, ready to be redacted."""

    def clear(match: re.Match[str]) -> str:
        decoded = basic_decoded(match[1])
        return match[0] if decoded is None else f"Basic {decoded}"

    return _BASIC.sub(clear, text) if "asic" in text or "ASIC" in text else text


def _answered(response: Response) -> Iterator[Found]:
    yield from _body(response)
    for value in response.header_values("Location"):
        parts = url_parts(value)
        for name, given in (*parse_qsl(parts.query), *parse_qsl(parts.fragment)):
            if name in KINDS:
                yield Found(KINDS[name], given)
    for value in response.header_values("Set-Cookie"):
        yield from _cookie(value.partition(";")[0])


def _body(response: Response) -> Iterator[Found]:
    if not response.body:
        return
    try:
        members = _members(response)
    except ValueError:
        yield from _loose(response)
        return
    good = response.status // 100 == _SUCCESS
    for name, value in members:
        if name in KINDS:
            if value and (_telling(name, value) or (good and name not in _OFTEN_WORDS)):
                yield Found(KINDS[name], value)
        elif _drawn(value):
            yield from (Found(KINDS[one], value) for one in KINDS if _holds(name, one))


def _members(response: Response) -> list[tuple[str, str]]:
    """Return the texts in all objects of an answer, repeated ones too; raises `ValueError`."""
    pairs: list[tuple[str, Any]] = []
    parsed(response.body.decode("utf-8"), object_pairs_hook=pairs.extend)
    return [(name, value) for name, value in pairs if isinstance(value, str)]


def _holds(name: str, word: str) -> bool:
    """Tell whether a name is a word with more before it, behind it or within it."""
    return len(name) > len(word) and any(
        name.startswith(word[:at]) and name.endswith(word[at:]) for at in range(len(word) + 1)
    )


def _loose(response: Response) -> Iterator[Found]:
    """Look through what is no JSON: a page, a script, or an answer that was broken off."""
    text = response.text.replace("\x00", "")  # what is left of UTF-16
    for name, value in _MEMBER.findall(text):
        if _telling(name.lower(), value):
            yield Found(KINDS[name.lower()], value)
    for name, value in _LINK.findall(text):
        if _mixed(value):
            yield Found(KINDS[name], unquote_plus(value))
    for tag in _INPUT.findall(text):  # whatever the answer calls itself
        given = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag)}
        name, value = given.get("name", ""), given.get("value") or given.get("content") or ""
        if value and (name in KINDS or _FORM_TOKEN.search(name)):
            yield Found(KINDS.get(name, "csrf"), value, whole=not _mixed(value))
    yield from (Found("unread", value, guessed=True) for value in _guesses(text))


def _guesses(text: str) -> Iterator[str]:
    """Yield what may be a secret, whose name or tag may be broken, of JSON once or of a page."""
    was_json = text.lstrip("\ufeff\ufffd ").startswith(("{", "["))
    pieces = (match[0] for match in (_PIECE if was_json else _ENCLOSED).finditer(text))
    return islice(filter(_drawn, pieces), _GUESSES)


def _sent(request: Request) -> Iterator[Found]:
    for name, value in _parameters(request):
        if name in KINDS:
            yield Found(KINDS[name], value, issued=False)
        elif _FORM_TOKEN.search(name) and _mixed(value):  # as a parser has read it from a page
            yield Found("csrf", value)
    for header, value in request.headers:
        if header.lower() == "authorization":
            yield from _authorization(value)
        elif header.lower() == "cookie":
            for pair in value.split(";"):
                yield from _cookie(pair)


def _authorization(value: str) -> Iterator[Found]:
    scheme, _, credentials = value.partition(" ")
    if scheme.lower() == "bearer":
        yield Found("access-token", credentials.strip(), issued=False)
    for _, password in basic_pairs(value):
        yield Found("client-secret", password, issued=False)
        yield Found("basic-credentials", credentials.strip(), issued=False)


def _parameters(request: Request) -> list[tuple[str, str]]:
    query = parse_qsl(urlsplit(request.url).query)
    is_form = any(
        name.lower() == "content-type" and _FORM in value for name, value in request.headers
    )
    return query + parse_qsl(request.body.decode("utf-8", "replace")) if is_form else query


def _cookie(pair: str) -> Iterator[Found]:
    value = pair.partition("=")[2].strip().strip('"')
    if value:
        yield Found("cookie", value, whole=not _mixed(value))
