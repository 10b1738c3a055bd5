"""What a run left behind -> the secrets that stand in it, in any encoding that could be undone."""

from __future__ import annotations

import base64
import gzip
import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote

_PACKED = re.compile(r'<script type="application/gzip"[^>]*>([^<]*)</script>')
_SHORTEST = 8
_RUN = re.compile(rf"[A-Za-z0-9_.~+/%-]{{{_SHORTEST},}}")
# Each branch begins with a character, which lets `re` pass over the rest at once.
_SEAMS = re.compile(r"(?:\\\\*(?:[nr]|x00|u0000)|=[\r\n]|\r|\n|\x00)[ \t]*")


def leaks(texts: Iterable[tuple[str, str]], secrets: Iterable[str]) -> list[str]:
    """Return where secrets were found first: the name of the text, and how it was read."""
    wanted = {form for secret in secrets for form in _forms(secret)}
    alone = {form for form in wanted if _RUN.fullmatch(form)}
    seen: set[str] = set()
    return sorted(
        {
            f"{name}, {how}: {form}"
            for name, text in texts
            for reading, how in _readings(text).items()
            for form in (
                *_within(_unseen(reading, seen), alone),
                *(form for form in wanted - alone if form in reading),
            )
        }
    )


def left_behind(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every file of a report folder but `pending.json`, and what is packed in a page."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "pending.json":
            text = path.read_bytes().decode("utf-8", "replace")
            yield path.name, text
            for number, packed in enumerate(_PACKED.findall(text)):
                unpacked = gzip.decompress(base64.b64decode(packed)).decode("utf-8", "replace")
                yield f"{path.name}, packed {number}", unpacked


def _unseen(text: str, seen: set[str]) -> str:
    """Return what may hold a secret, each piece once: reports say the same things often."""
    new = dict.fromkeys(run for run in _RUN.findall(text) if run not in seen)
    seen.update(new)
    return "\n".join(new)


def _within(text: str, forms: Iterable[str]) -> Iterator[str]:
    """Yield the forms that stand in a text; nearly all are ruled out by how they begin."""
    begun = {text[at : at + _SHORTEST] for at in range(len(text))}
    return (form for form in forms if form[:_SHORTEST] in begun and form in text)


def _forms(secret: str) -> Iterator[str]:
    """Yield a secret, and how its middle looks in base64, wherever in it the secret begins."""
    yield secret
    yield quote(secret, safe="")
    for before in range(3):
        data = b"\x00" * before + secret.encode()
        # the characters at either end hold bits of what stands beside it
        middle = base64.b64encode(data).decode()[before and before + 1 : len(data) * 8 // 6]
        yield middle
        yield middle.translate(str.maketrans("+/", "-_"))


def _readings(text: str) -> dict[str, str]:
    """Return a text as it is, and once its escapes are undone, its seams closed, or both."""
    undone = text
    for _ in range(3):
        undone = html.unescape(unquote(undone, errors="replace"))
    return {
        _SEAMS.sub("", undone): "undone and joined",
        _SEAMS.sub("", text): "joined",
        undone: "undone",
        text: "as it is",
    }
