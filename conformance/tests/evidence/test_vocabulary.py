"""Tests of `conformance.evidence.vocabulary`, through what a redactor learns."""

from __future__ import annotations

import base64
import time

import pytest

from conformance.evidence import Redactor
from conformance.tests.evidence.traffic import FORM, HTML, JSON, Pairs, exchange, request
from conformance.wire import Exchange

TOKEN = "N7kq-ZV2_0fT9sLwXy4BcR8u"
LETTERS = "YiszhiqTZdfeZVwWGFPIyUywgmmdoSEkpIcg-kHUcUI"
CODE = "YT0pRFSc1DW9RdRFN93AlbsD"
BASIC = base64.b64encode(f"app-1:{TOKEN}".encode()).decode()
URL = "http://127.0.0.1/token"


def _html(text: str) -> tuple[Pairs, bytes]:
    return (HTML,), text.encode()


@pytest.mark.parametrize(
    ("headers", "body", "name"),
    [
        ((JSON,), {"access_token": TOKEN}, "access-token#1"),
        ((JSON,), {"data": [{"refresh_token": TOKEN}]}, "refresh-token#1"),
        ((JSON,), {"id_token": TOKEN}, "id-token#1"),
        ((JSON,), {"code": TOKEN}, "code#1"),
        ((JSON,), {"device_code": TOKEN}, "device-code#1"),
        ((JSON,), {"client": {"client_secret": TOKEN}}, "client-secret#1"),
        ((JSON,), {"acc<b>ess_token": TOKEN}, "access-token#1"),
        ((JSON,), {"\u2066refresh_token": TOKEN}, "refresh-token#1"),
        ((JSON,), f'{{"code": "{TOKEN}", "code": "x"}}'.encode(), "code#1"),
        ((JSON,), f'{{"access_token": "{TOKEN}", "exp'.encode(), "access-token#1"),
        ((JSON,), f'{{"acc<b>ess_token": "{TOKEN}", "exp'.encode(), "unread#1"),
        ((JSON,), f'{{"a": "b"c": "{"x" * 16}"{TOKEN}"'.encode(), "unread#1"),
        ((JSON,), b"\xff\xfe" + f'{{"acc<b>ess_token": "{TOKEN}"}}'.encode(), "unread#1"),
        ((JSON,), f'{{"access_token": "<a b="c">{TOKEN}"}}'.encode(), "unread#1"),
        ((JSON,), f'{{"access_token": "\r{TOKEN}"}}'.encode(), "unread#1"),
        ((JSON,), f"{{\n  access_token: '{TOKEN}'\n}}".encode(), "access-token#1"),
        ((("Location", f"http://a/cb?state=x&code={TOKEN}"),), b"", "code#1"),
        ((("Location", f"http://a/cb#access_token={TOKEN}&x=y"),), b"", "access-token#1"),
        ((("Set-Cookie", f"sid={TOKEN}; Path=/; HttpOnly"),), b"", "cookie#1"),
        (*_html(f'<input type="hidden" name="csrf_token" value="{TOKEN}">'), "csrf#1"),
        (*_html(f"<input value='{TOKEN}' name='authenticity' type='hidden'>"), "csrf#1"),
        (*_html(f'<meta name="csrf-token" content="{TOKEN}">'), "csrf#1"),
        (*_html(f'<inp\x1bput type="hidden" name="csrf_token" value="{TOKEN}">'), "unread#1"),
        (*_html(f"<p>Your code is <b>{TOKEN}</b></p>"), "unread#1"),
        (*_html(f'<a href="http://a/cb?x=1&amp;co\x1bde={TOKEN}">go on</a>'), "unread#1"),
        (*_html(f'<input name="csrf" value="{TOKEN}'), "unread#1"),
        (*_html(f'<a href="http://a/cb?x=1&amp;code={TOKEN}">go on</a>'), "code#1"),
        (*_html(f'<script>opener.postMessage({{code: "{TOKEN}"}})</script>'), "code#1"),
    ],
)
def test_what_an_answer_discloses_is_learned(headers: Pairs, body: object, name: str) -> None:
    """Every place where an answer may hold a secret is known."""
    assert _learned(exchange(headers=headers, body=body)).redact(TOKEN) == name


@pytest.mark.parametrize(
    ("url", "headers", "body", "name"),
    [
        (f"{URL}?client_secret={TOKEN}", (), b"", "unknown-client-secret#1"),
        (f"{URL}?code={TOKEN}", (), b"", "unknown-code#1"),
        (f"{URL}?access_token={TOKEN}", (), b"", "unknown-access-token#1"),
        (URL, (FORM,), f"a=b&refresh_token={TOKEN}".encode(), "unknown-refresh-token#1"),
        (URL, (FORM,), f"name=u&password={TOKEN}".encode(), "unknown-password#1"),
        (URL, (FORM,), f"a=b&csrf={TOKEN}".encode(), "csrf#1"),
        (URL, (("Authorization", f"Bearer {TOKEN}"),), b"", "unknown-access-token#1"),
        (URL, (("authorization", f"Basic {BASIC}"),), b"", "unknown-client-secret#1"),
        (URL, (("Cookie", f"sid={TOKEN}; a=b"),), b"", "cookie#1"),
    ],
)
def test_what_a_request_carries_is_learned(
    url: str, headers: Pairs, body: bytes, name: str
) -> None:
    """A value that nobody issued is hidden too, under a name that says so."""
    assert _learned(exchange(request(url, headers, body), body=b"{}")).redact(TOKEN) == name


def test_an_issued_value_is_named_by_its_issue() -> None:
    """A token that was answered and then sent has one name, the one of its issue."""
    redactor = _learned(exchange(body={"access_token": TOKEN}))
    redactor.learn(exchange(request(f"{URL}?access_token={TOKEN}"), body=b""))
    assert redactor.redact(f"Bearer {TOKEN}") == "Bearer access-token#1"


def test_credentials_without_their_scheme_are_hidden() -> None:
    """An answer that echoes the base64 of Basic credentials gives nothing away."""
    sent = request(headers=(("Authorization", f"Basic {BASIC}"),))
    assert BASIC not in _learned(exchange(sent, body=b"")).redact(f"you sent {BASIC}")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "invalid_request", "client_secret": "is missing"}, 400),
        ({"code": "ERR_OAUTH2_NO_SUCH_TOKEN"}, 400),
        ({"code": 400, "access_token": None}, 400),
        ({"access_token": "required"}, 422),
        ({"access_token": "invalid_or_expired_token"}, 401),
        ({"code": "InvalidClientException"}, 400),
    ],
)
def test_words_of_an_error_are_no_secrets(body: dict[str, object], status: int) -> None:
    """An error answer that uses the names for words stays readable."""
    redactor = _learned(exchange(body=body, status=status))
    text = " ".join(str(value) for value in body.values())
    assert redactor.redact(text) == text


@pytest.mark.parametrize("broken_off", [False, True])
def test_a_token_of_letters_alone_is_hidden_in_a_refusal_too(broken_off: bool) -> None:  # noqa: FBT001
    """An answer that refuses and yet holds a token, one in a thousand of which has no digit."""
    letters = "YiszhiqTZdfeZVwWGFPyIUywgmmdoSEkpIcg-kHUcUI"
    body = {"access_token": letters}
    told = f'{{"access_token": "{letters}", "exp'.encode() if broken_off else body
    assert _learned(exchange(body=told, status=400)).redact(letters) == "access-token#1"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ((("Set-Cookie", f"sid={LETTERS}; Path=/"),), b""),
        _html(f'<input type="hidden" name="csrf_token" value="{LETTERS}">'),
        _html(f'<script>opener.postMessage({{code: "{LETTERS}"}})</script>'),
        ((JSON,), f'{{"acc<b>ess_token": "{LETTERS}", "exp'.encode()),
    ],
)
def test_a_value_of_letters_alone_is_hidden_within_others(headers: Pairs, body: bytes) -> None:
    """A cookie without a digit is none of the words that may stand anywhere."""
    packed = base64.b64encode(f"Cookie: sid={LETTERS}; a=b".encode()).decode()
    assert "#1" in _learned(exchange(headers=headers, body=body)).redact(f"you sent {packed}")


def test_a_code_in_a_link_may_look_like_words() -> None:
    """One in thirty thousand has no digit and few capitals."""
    code = "fdqmDuGTXuLSMyl-nqniwEpsUcs_rzgoQtvjbjkSMft"
    link = f'<a href="http://a/cb?code={code}">go on</a>'
    assert _learned(exchange(headers=(HTML,), body=link.encode())).redact(code) == "code#1"


@pytest.mark.parametrize("told", ['{{"a": "{}', '<a b="{}">'])
def test_words_of_what_cannot_be_read_stay(told: str) -> None:
    """Only what looks drawn by lot is hidden in an answer that was broken off, and in a page."""
    words = (
        "http://127.0.0.1:8080/v2/errors/12",
        "/v2/queue/5523/items",
        "2026-11-27T14:46:59Z",
        "1795791165597001234",
        "the recipe 55 is not there",
        "pf-v5-c-form__label",
        "NoSuchAccessTokenException",
        "invalid_or_expired_token",
    )
    shown = told.format('" b="'.join(words))
    redactor = _learned(exchange(headers=(), body=shown.encode(), status=400))
    assert redactor.redact(shown) == shown


def test_thousands_of_guesses_are_no_burden() -> None:
    """An answer full of what looks like secrets is soon learned; the first of them are hidden."""
    broken = "[" + "".join(f'"{TOKEN}{number}", ' for number in range(40_000))
    started = time.process_time()
    redactor = _learned(exchange(body=broken.encode()))
    assert time.process_time() - started < 0.5
    assert redactor.redact(f"{TOKEN}0") == "unread#1"


def test_what_other_members_hold_stays() -> None:
    """Ids, whatever they look like, are no secrets where an answer is as it should be."""
    told = {"id": TOKEN, "jti": CODE, "error_uri": "http://127.0.0.1/errors", "error_code": "E42"}
    redactor = _learned(exchange(body=told))
    assert [redactor.redact(value) for value in told.values()] == [*told.values()]


def test_what_a_page_repeats_of_the_request_stays() -> None:
    """The client's id and state, which a form carries along, are no secrets."""
    sent = request(f"{URL}?client_id={TOKEN}&state={CODE}")
    page = f'<input name="client_id" value="{TOKEN}"><input name="state" value="{CODE}">'
    redactor = _learned(exchange(sent, headers=(HTML,), body=page.encode()))
    assert redactor.redact(page) == page


def test_a_client_id_is_no_secret() -> None:
    """The id of a client stays readable when a check sends it in the place of a token."""
    redactor = _learned(exchange(request(f"{URL}?client_id={TOKEN}"), body=b""))
    redactor.learn(exchange(request(f"{URL}?access_token={TOKEN}"), body=b""))
    assert redactor.redact(TOKEN) == TOKEN


def test_a_cookie_that_is_a_word_is_hidden_where_it_is_a_value() -> None:
    """The cookie `theme=dark` vanishes from the header and leaves prose alone."""
    redactor = _learned(exchange(headers=(("Set-Cookie", "theme=dark; Path=/"),)))
    shown = redactor.redact("theme=dark; a dark page")
    assert shown == "theme=cookie#1; a dark page"


def _learned(*exchanges: Exchange) -> Redactor:
    redactor = Redactor()
    for one in exchanges:
        redactor.learn(one)
    return redactor
