"""Templates -> HTML: what every page of ours has in common, and how text becomes safe in it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.evidence.visible import visible
from conformance.report.wording import MARKS, lasted, when
from conformance.verdict.exit import moment
from conformance.verdict.plural import plural
from conformance.verdict.table import PRESENTATION

_TEMPLATES = Path(__file__).parent / "templates"
_BODY = 4_000


@dataclass(frozen=True, slots=True)
class Asset:
    """A style sheet or a script of ours, and the digest by which the page's policy knows it."""

    text: Markup
    digest: str


def asset(name: str) -> Asset:
    """Return one of our own files."""
    text = (_TEMPLATES / name).read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Asset(Markup(text), f"sha256-{digest}")  # noqa: S704 - our own file


def packed(fragment: str) -> str:
    """Return a piece of HTML as the page's script unpacks it: a tenth of its size."""
    whole = fragment.encode("utf-8", "backslashreplace")
    return base64.b64encode(gzip.compress(whole, mtime=0)).decode()


@cache
def environment() -> Environment:
    """Return the templates; everything that a target or a document said is escaped."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "words": lambda verdict: str(verdict).replace("_", " "),
        "wire": _wire,
        "visible": lambda value: visible(str(value)),
        "moment": moment,
        "when": when,
        "shortened": _shortened,
        "plural": plural,
    }
    made.globals |= {"shown": PRESENTATION, "marks": MARKS, "lasted": lasted}
    return made


def _shortened(body: str) -> str:
    if len(body) <= _BODY:
        return body
    return f"{body[:_BODY]}\n[{len(body) - _BODY} more characters are in journal.jsonl]"


def _wire(text: str, names: Sequence[str]) -> Markup:
    """Return text with the names that stand for secrets marked."""
    marked = [name for name in sorted(names, key=len, reverse=True) if "#" in name or " (" in name]
    if not marked:
        return Markup("{}").format(visible(text))
    parts = re.split(f"({'|'.join(map(re.escape, marked))})", visible(text))
    return Markup("").join(
        Markup("<b>{}</b>").format(part) if part in marked else part for part in parts
    )
