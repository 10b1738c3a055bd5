"""Tests of `conformance.evidence.redaction`."""

from __future__ import annotations

import base64
import html
import json
import secrets
import threading
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.evidence import Redactor

SECRET = "pä ss/w+o&rd=\"<'>%\\x"
TOKEN = "N7kq-ZV2_0fT9sLwXy4BcR8u"

_ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent": lambda text: quote(text, safe=""),
    "percent, lower": lambda text: quote(text, safe="").lower().replace("%c3%a4", "%C3%a4"),
    "percent, everything": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "form": quote_plus,
    "json": lambda text: json.dumps(text)[1:-1],
    "json, unicode kept": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "json, slashes escaped": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "json, all by number": lambda text: "".join(f"\\u{ord(one):04X}" for one in text),
    "html": html.escape,
    "html, by number": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "html, by hex number": lambda text: "".join(f"&#x{ord(one):x};" for one in text),
    "form within html": lambda text: html.escape(quote_plus(text)),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "header bytes read as Latin-1": lambda text: text.encode().decode("latin-1"),
}


@pytest.mark.parametrize("encode", _ENCODINGS.values(), ids=_ENCODINGS)
def test_a_secret_is_found_in_every_encoding(encode: Callable[[str], str]) -> None:
    """However a value is escaped, its name stands in its place and the rest stays."""
    redactor = Redactor()
    redactor.register(SECRET, "password", "password")
    assert redactor.redact(f"a={encode(SECRET)}&b") == "a=password&b"


@given(
    value=st.text(st.characters(exclude_categories=["Cs"]), min_size=8, max_size=40),
    before=st.text(max_size=30),
    after=st.text(max_size=30),
    encode=st.sampled_from(["as it is", "percent", "json", "html"]),
)
def test_no_secret_gets_through(value: str, before: str, after: str, encode: str) -> None:
    """No value of eight characters or more survives, wherever and however it stands."""
    redactor = Redactor()
    redactor.register(value, "code", "NAME")
    shown = redactor.redact("".join(_ENCODINGS[encode](part) for part in (before, value, after)))
    assert "NAME" in shown
    assert value in before + after + "NAME" or value not in shown


def test_names_are_stable_and_numbered_by_kind() -> None:
    """The same value has the same name; another of its kind has the next number."""
    redactor = Redactor()
    names = [
        redactor.register(value, kind)
        for value, kind in ((TOKEN, "access-token"), ("c" * 20, "code"), (TOKEN, "code"))
    ]
    assert names == ["access-token#1", "code#1", "access-token#1"]
    assert redactor.register("t" * 20, "access-token") == "access-token#2"


def test_workers_number_their_names_apart() -> None:
    """The names of two workers of one run never meet."""
    workers = [Redactor(first=number, step=2) for number in (1, 2)]
    names = [worker.register(f"{i}{TOKEN}", "code") for worker in workers for i in range(3)]
    assert sorted(names) == [f"code#{number}" for number in range(1, 7)]


def test_a_mutant_is_named_after_its_original() -> None:
    """Almost a secret is hidden too, and the longer of two values that overlap wins."""
    redactor = Redactor()
    redactor.register(TOKEN, "client-secret", "client-secret")
    redactor.register_mutant(TOKEN[:-1], TOKEN, "last character removed")
    redactor.register_mutant(TOKEN + "AAAA", TOKEN, "extended")
    shown = redactor.redact(f"{TOKEN} {TOKEN[:-1]} {TOKEN}AAAA")
    assert shown == "client-secret client-secret (last character removed) client-secret (extended)"


def test_values_that_overlap_leave_nothing_behind() -> None:
    """Where one value ends inside another, all of both is hidden."""
    redactor = Redactor()
    redactor.register("abcdefghij0123", "code", "left")
    redactor.register("0123klmnopqrstuv", "code", "right")
    assert redactor.redact("x abcdefghij0123klmnopqrstuv y") == "x right y"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Basic {}", "Authorization: Basic app-1:client-secret"),
        ("authorization: basic {}", "authorization: Basic app-1:client-secret"),
    ],
)
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_basic_credentials_are_decoded(
    text: str, shown: str, encode: Callable[[bytes], bytes]
) -> None:
    """Basic credentials show the client's id and hide its secret (RFC 7617)."""
    redactor = Redactor()
    redactor.register("~~s3cret??>>", "client-secret", "client-secret")
    credentials = encode(b"app-1:~~s3cret??>>").decode()
    assert redactor.redact(text.format(credentials)) == shown


def test_a_short_value_is_hidden_as_a_word_only() -> None:
    """A password of four letters does not eat its way through other words."""
    redactor = Redactor()
    redactor.register("code", "password", "password")
    shown = redactor.redact("code=1 decoded client_code encode?x=code&y 'code'")
    assert shown == "password=1 decoded client_code encode?x=password&y 'password'"


def test_a_tiny_value_is_hidden_as_a_whole_value_only() -> None:
    """A password of two letters is replaced as a parameter or member, never in prose."""
    redactor = Redactor()
    redactor.register("no", "password", "password")
    shown = redactor.redact('no, not so: ?password=no&note=none {"a":"no"} <b>no</b>')
    assert shown == 'no, not so: ?password=password&note=none {"a":"password"} <b>password</b>'


def test_words_that_are_no_secret_stay() -> None:
    """A text without a registered value comes back as it went in, escapes and all."""
    redactor = Redactor()
    redactor.register(TOKEN, "code")
    text = "access_token %3A &amp; \\u0041 Basic auth; Basic Zm9v + 100%"
    assert redactor.redact(text) == text


def test_an_empty_secret_hides_nothing() -> None:
    """A blank password has a name and no place."""
    redactor = Redactor()
    assert redactor.register("", "password", "password") == "password"
    assert redactor.redact("a=&b=") == "a=&b="


def test_a_secret_cut_off_at_the_end_is_not_mistaken() -> None:
    """The end of a text may look like the middle of a value and must not confuse the search."""
    redactor = Redactor()
    redactor.register("live-token-00000000000000", "access-token")
    redactor.register("live-token-00000000", "access-token", "short")
    assert redactor.redact("t=live-token-00000000") == "t=short"


def test_the_representation_shows_no_secret() -> None:
    """A redactor that ends up in a traceback gives nothing away."""
    redactor = Redactor()
    redactor.register(TOKEN, "code")
    assert TOKEN not in repr(redactor)


def test_threads_share_names() -> None:
    """Many threads that register the same values agree on their names."""
    redactor = Redactor()
    values = [secrets.token_urlsafe(24) for _ in range(200)]
    seen: list[list[str]] = []

    def work() -> None:
        seen.append([redactor.register(value, "code") for value in values])
        redactor.redact(" ".join(values))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert all(names == seen[0] for names in seen)
    assert len(set(seen[0])) == 200


@pytest.mark.parametrize("prefix", ["", "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9."])
def test_thousands_of_values_cost_no_more_than_a_few(prefix: str) -> None:
    """Five thousand values, with a beginning in common or not, leave redaction fast."""
    text = "lorem ipsum " * 170 + prefix
    took = []
    for number in (5, 5_000):
        redactor = Redactor()
        for _ in range(number):
            redactor.register(prefix + secrets.token_urlsafe(32), "access-token")
        took.append(min(_seconds(redactor, text) for _ in range(20)))
    assert took[1] < 5 * took[0] + 0.001


def _seconds(redactor: Redactor, text: str) -> float:
    started = time.process_time()
    redactor.redact(text)
    return time.process_time() - started
