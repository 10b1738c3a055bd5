"""Secrets -> names that stay the same through a report."""

from __future__ import annotations

import base64
import threading
from collections import Counter
from collections.abc import Iterable, Iterator

from conformance.evidence.decoding import views
from conformance.evidence.finder import LONG, Finder, Hit
from conformance.evidence.vocabulary import Found, basic_rewritten, public_in, secrets_in
from conformance.wire import Exchange

_URL_SAFE = str.maketrans("+/", "-_")


class Redactor:
    """Knows the secrets of a run by name; safe for threads.

    Workers that share a run keep their numbers apart: worker 2 of 3 has `first=2, step=3`.
    """

    def __init__(self, *, first: int = 1, step: int = 1) -> None:
        self._first = first
        self._step = step
        self._names: dict[str, str] = {}
        self._finder = Finder()
        self._public: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def register(
        self, secret: str, kind: str, name: str | None = None, *, whole: bool = False
    ) -> str:
        """Give a secret a name, `access-token#3` or the one that is asked for, and return it.

        A secret keeps its first name. `whole` marks a value that may be an ordinary word: it is
        replaced only where it is the whole value of a parameter, a member or a cookie.
        """
        with self._lock:
            if secret not in self._names:
                self._names[secret] = name or self._next(kind)
                for form in _forms(secret) if whole else (*_forms(secret), *_packed(secret)):
                    self._finder.add(form, self._names[secret], whole=whole)
            return self._names[secret]

    def register_mutant(self, mutant: str, of: str, how: str) -> str:
        """Name a value made from a secret after it: `client-secret (truncated)`."""
        return self.register(mutant, "mutant", f"{self._names.get(of, 'a value')} ({how})")

    def learn(self, exchange: Exchange) -> None:
        """Register the secrets that an exchange discloses, by the vocabulary of the RFCs.

        What the suite sent and nobody issued is named apart: `unknown-code#1`.
        """
        self._public.update(public_in(exchange.request))
        for found in secrets_in(exchange):
            if found.issued and not (found.guessed and found.value in self._public):
                self.register(found.value, found.kind, whole=found.whole)
            elif self._worth_hiding(found):
                self.register(found.value, f"unknown-{found.kind}")

    def redact(self, text: str) -> str:
        """Return the text with every registered value replaced, however it is escaped."""
        return self.redact_naming(text)[0]

    def redact_naming(self, text: str) -> tuple[str, frozenset[str]]:
        """Return the redacted text, and the names that now stand in it."""
        text = basic_rewritten(text)
        hits = _merged(self._hits(text))
        pieces: list[str] = []
        last = 0
        for start, end, name in hits:
            pieces += (text[last:start], name)
            last = end
        return "".join((*pieces, text[last:])), frozenset(name for _, _, name in hits)

    def _hits(self, text: str) -> Iterator[Hit]:
        for view in views(text):
            for start, end, name in self._finder.hits(view.text):
                yield *view.span(start, end), name

    def _next(self, kind: str) -> str:
        number = self._first + self._step * self._counts[kind]
        self._counts[kind] += 1
        return f"{kind}#{number}"

    def _worth_hiding(self, found: Found) -> bool:
        return len(found.value) >= LONG and found.value not in self._public


def _forms(secret: str) -> Iterable[str]:
    """Return how a secret may look beyond its escapes: `+` for a space, UTF-8 read as Latin-1."""
    forms = {secret, secret.replace(" ", "+")}
    if not secret.isascii():
        forms.add(secret.encode("utf-8", "surrogatepass").decode("latin-1"))
    return forms - {""}


def _packed(secret: str) -> Iterable[str]:
    """Return how a long secret may look within base64 or base64url of something longer.

    Three bytes make four characters, so it depends on how many bytes stand before it; the first and
    last characters, which hold bits of its neighbours too, are left out.
    """
    data = secret.encode("utf-8", "surrogatepass")
    for before in range(3) if len(data) >= LONG else ():
        packed = base64.b64encode(bytes(before) + data).rstrip(b"=").decode()
        middle = packed[before + 1 if before else 0 : len(data + bytes(before)) * 8 // 6]
        yield from {middle, middle.translate(_URL_SAFE)}


def _merged(hits: Iterable[Hit]) -> list[Hit]:
    """Return hits that do not overlap: what overlaps becomes one, named after its longest part."""
    merged: list[Hit] = []
    longest = 0
    for start, end, name in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if merged and start < merged[-1][1]:
            first, last, kept = merged[-1]
            merged[-1] = (first, max(last, end), name if end - start > longest else kept)
            longest = max(longest, end - start)
        else:
            merged.append((start, end, name))
            longest = end - start
    return merged
