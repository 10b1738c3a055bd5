"""The kill matrix -> `matrix.json` and one self-contained page for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from conformance.faults.matrix import Matrix, to_json

_TEMPLATES = Path(__file__).parent / "templates"


def write(matrix: Matrix, folder: Path) -> None:
    """Write `matrix.json` and `matrix.html`; raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    told = to_json(matrix)
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    (folder / "matrix.json").write_text(text, encoding="utf-8")
    (folder / "matrix.html").write_text(render(told), encoding="utf-8")


def render(told: dict[str, Any]) -> str:
    """Return the page; it loads nothing and runs a filter of its own only."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("proof.html.j2").render(told)
