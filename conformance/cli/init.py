"""`conformance init`: a URL of an unknown service -> a proposal for its target file."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import click
import tomli_w
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from rich.console import Console

from conformance.cli.mistakes import Mistake, explained
from conformance.cli.saying import say
from conformance.contract import Contract, find, load
from conformance.targets.description import addresses
from conformance.targets.description.discovery import Discovery, discover
from conformance.targets.description.metadata import PLACES
from conformance.targets.errors import Unreachable
from conformance.verdict import exit as exits

_NEEDED = ("authorize", "token")
_KEYS = {
    "authorize": "[endpoints].authorize",
    "token": "[endpoints].token",
    "client": "[client].id",
    "user": "[user].name",
}
_PLACEHOLDERS = {"client": "my-client", "user": "my-user"}
_SCOPES = ("openid", "offline_access")


@click.command()
@click.argument("url")
@click.option(
    "--out",
    default="target.toml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where to write the proposal; never over a file.",
)
@click.option("--contract", default="oauth2", show_default=True, metavar="NAME")
def init(*, url: str, out: Path, contract: str) -> None:
    """Propose a target file for the service at URL.

    What the service publishes of itself is read (RFC 8414, OpenID Connect Discovery). On a terminal
    the rest is asked; elsewhere it is left open, with a comment.
    """
    console = Console(highlight=False)
    with explained(console):
        _refuse(url, out)
        promised = load(find(contract))
        try:
            found = discover(url)
        except Unreachable as problem:
            say(console, f"conformance: {problem}", "red")
            sys.exit(exits.NO_TARGET)
        answers = _asked(found) if sys.stdin.isatty() else {}
        out.write_text(proposal(url, found, promised, out.name, answers), encoding="utf-8")
    where = f"its metadata is at {found.url}" if found.url else "it publishes no metadata"
    edits = ", ".join(_edits(found, answers))
    say(console, f"{out} is written; {where}.")
    say(console, f"Edit {edits}, then:" if edits else "Then:")
    say(console, f"CLIENT_SECRET=… USER_PASSWORD=… conformance run --target {out}")


def proposal(
    url: str, found: Discovery, contract: Contract, file: str, answers: dict[str, str]
) -> str:
    """Return the text of a target file; what is not known is a comment or a placeholder."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    endpoints = {part: found.metadata.place(part) or answers.get(part) for part in PLACES}
    api, path = _resource(found, contract, origin)
    return _template().render(
        url=url,
        found=found,
        file=file,
        contract=contract,
        name=parts.netloc,
        origin=origin,
        edits=_edits(found, answers) or ["nothing"],
        plain=any(addresses.plain(one) for one in (url, *filter(None, endpoints.values()))),
        paths={part: contract.endpoints[part].path for part in _NEEDED},
        endpoints={part: one for part, one in endpoints.items() if one or part in _NEEDED},
        api=api,
        path=path,
        authentication=_authentication(found, contract),
        grants=_grants(found, contract),
        scope=_scope(found),
        **{role: answers.get(role, name) for role, name in _PLACEHOLDERS.items()},
    )


def _refuse(url: str, out: Path) -> None:
    problem = addresses.flaw(url)
    if problem:
        raise Mistake(f"{url!r} {problem}")
    if out.exists():
        raise Mistake(f"{out} is there already; name another file with --out, or move it away")


def _asked(found: Discovery) -> dict[str, str]:
    """Ask a person at the terminal for what the service does not say; Enter leaves it open."""
    questions = {
        **{part: f"URL of the {part} endpoint" for part in _unknown(found)},
        "client": "id of a client that is registered there",
        "user": "name of a person who can log in there",
    }
    answers = {
        name: click.prompt(text, default="", show_default=False) for name, text in questions.items()
    }
    return {name: answer for name, answer in answers.items() if answer}


def _unknown(found: Discovery) -> list[str]:
    return [part for part in _NEEDED if found.metadata.place(part) is None]


def _edits(found: Discovery, answers: dict[str, str]) -> list[str]:
    """Return which keys are to be edited."""
    known = (*(part for part in _NEEDED if part not in _unknown(found)), *answers)
    return [key for name, key in _KEYS.items() if name not in known]


def _resource(found: Discovery, contract: Contract, origin: str) -> tuple[str, str | None]:
    """Return the base of the resources, and the path of one that tells a token's user."""
    parts = urlsplit(found.userinfo or "")
    if found.userinfo is None or contract.identity:
        return origin, None
    return f"{parts.scheme}://{parts.netloc}", parts.path


def _authentication(found: Discovery, contract: Contract) -> str | None:
    """Return how the client authenticates, where it cannot do so as the contract has it first."""
    if found.url is None:
        return None
    known = [one for one in contract.client_authentication if one in found.metadata.authentication]
    return known[0] if known and known[0] != contract.client_authentication[0] else None


def _grants(found: Discovery, contract: Contract) -> list[str] | None:
    """Return the grants that both the service and the contract know, where not all are."""
    told = found.metadata.listed("grant_types_supported")
    known = [one for one in contract.grants if told is None or one in told]
    return known if told and known and len(known) < len(contract.grants) else None


def _scope(found: Discovery) -> str | None:
    """Return what to ask for; without `openid` no token is good for what OpenID Connect has."""
    told = found.metadata.listed("scopes_supported") or (_SCOPES[:1] if found.userinfo else ())
    return " ".join(one for one in _SCOPES if one in told) or None


def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("conformance.cli"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - TOML; every value goes through the filter
    )
    environment.filters["toml"] = _toml
    return environment.get_template("target.toml.j2")


def _toml(value: object) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return tomli_w.dumps({"value": value}).removeprefix("value = ").strip()
