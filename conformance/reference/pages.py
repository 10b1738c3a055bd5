"""The server's pages: templates, compiled once, with everything escaped."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_TEMPLATES = Environment(
    loader=PackageLoader("conformance.reference"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _source(name: str) -> str:
    return _TEMPLATES.get_template(name).render().strip()


STYLE = _source("style.css")
POPUP_SCRIPT = _source("popup.js")
HELPER_SCRIPT = _source("helper.js")
_TEMPLATES.globals["style"] = Markup(STYLE)  # noqa: S704  our own file, and no place for escapes


def render(name: str, values: Mapping[str, object]) -> str:
    """Return the page `name`, filled in."""
    return _TEMPLATES.get_template(f"{name}.html").render(values)
