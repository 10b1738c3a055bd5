"""`conformance links`: the request of every grant, ready to paste, as a URL or for curl.

What nobody has before the request before it, a code or a token, is a placeholder; so is every
secret, unless it is asked for.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from urllib.parse import urlencode

import click
from rich.console import Console

from conformance.cli.mistakes import explained
from conformance.contract import find, load
from conformance.targets import Client, Code, GrantRequest, Service, Span, Tokens, User, start
from conformance.targets.description.file import TargetFile, read
from conformance.targets.service.carriage import carriage
from conformance.targets.service.pkce import new_verifier
from conformance.verdict import Inconclusive

Link = tuple[str, str]

_PORT = 8000
_NEVER = Span(0, 0)
_SOMEBODY = User("user", "", "", None)
# What stands in a request for what is not there yet; for curl, a variable of the shell.
_PLACEHOLDERS = frozenset(("CLIENT_SECRET", "CODE", "ACCESS_TOKEN", "REFRESH_TOKEN"))


@click.command()
@click.option("--target", required=True, metavar="FILE-or-NAME", help="Whose requests.")
@click.option("--contract", metavar="NAME", help="Default: the one that the target file names.")
@click.option("--secrets", is_flag=True, help="Write the client secrets instead of placeholders.")
@click.option(
    "--port",
    default=_PORT,
    show_default=True,
    metavar="N",
    help="Where the server runs, of a target that is started for a run.",
)
def links(*, target: str, contract: str | None, secrets: bool, port: int) -> None:
    """Print the request of every grant of a target, ready to paste; none is sent."""
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    with explained(console):
        file = _at_rest(read(target), port)
        promised = load(find(contract) if contract else find(file.contract, beside=file.folder))
        with start(file, promised) as live:
            for title, text in _links(Service(live), secrets=secrets):
                console.print(f"\n{title}", style="bold", markup=False)
                console.print(text, markup=False)


def _at_rest(file: TargetFile, port: int) -> TargetFile:
    """Return a target file whose server is not started for this."""
    if file.process is None:
        return file
    there = file.located(count(port).__next__)
    known = there.endpoints.model_copy(update={"metadata": None})
    return there.model_copy(update={"process": None, "install": None, "endpoints": known})


def _links(service: Service, *, secrets: bool) -> Iterator[Link]:
    """Yield what each request is for, and the request."""
    for grant in service.contract.grants:
        try:
            client = service.registered_for(grant)
        except Inconclusive as why:
            yield grant, f"# {why}"
            continue
        shown = client if secrets or not client.secret else replace(client, secret="CLIENT_SECRET")  # noqa: S106 - a placeholder
        yield from _grant(service, grant, shown)
    yield "a call with the token", _call(service)


def _grant(service: Service, grant: str, client: Client) -> Iterator[Link]:
    verifier = new_verifier() if service.uses_pkce else None
    if grant == "authorization_code":
        asked = service.authorize_url(client, verifier=verifier)
        yield (
            f"{grant}: open in a browser, log in and allow; it leads to {client.redirect_uri}",
            asked,
        )
        if service.contract.popup:
            extra = dict([service.contract.popup])
            popup = service.authorize_url(client, extra=extra, verifier=verifier)
            yield f"{grant}: the same in a popup, which its opener opens", popup
    code = Code("CODE", client, _SOMEBODY, client.redirect_uri, _NEVER, verifier)
    tokens = Tokens("ACCESS_TOKEN", "REFRESH_TOKEN", grant, grant, client, None, _NEVER)
    request = service.grant_request(grant, client=client, code=code, tokens=tokens)
    yield f"{grant}: for a token{_in_time(service, grant)}", "\n".join(_request(service, request))


def _in_time(service: Service, grant: str) -> str:
    lifetime = service.live.lifetimes.get("code")
    in_time = grant == "authorization_code" and lifetime
    return f", within {lifetime.seconds:g} seconds" if in_time and lifetime else ""


def _request(service: Service, request: GrantRequest) -> Iterator[str]:
    """Yield a request as a URL, where a URL is all of it, and for curl."""
    operation, url = service.contract.token, service.live.endpoints.token
    sent = carriage(operation, request)
    if operation.method == "GET" and not sent.form and not sent.headers:
        yield f"{url}?{urlencode(sent.query)}"
    words = ["curl", *(["--get"] if operation.method == "GET" else [])]
    if sent.headers:
        words += [
            "--user",
            _quoted(request.value("client_id"), ":", request.value("client_secret")),
        ]
    for name, value in sent.form or sent.query:
        words += ["--data-urlencode", _quoted(name, "=", value)]
    beside = f"?{urlencode(sent.query)}" if sent.form and sent.query else ""
    yield " ".join((*words, shlex.quote(url + beside)))


def _call(service: Service) -> str:
    """Return the example call of the contract, for curl, or why there is none."""
    operation = service.contract.example
    where = service.placement(operation)
    try:
        url = shlex.quote(service.live.url_of(operation))
    except Inconclusive as why:
        return f"# {why}"
    if where.location == "header":
        return f'curl --header "{where.parameter}: {where.prefix}$ACCESS_TOKEN" {url}'
    get = "--get " if where.location == "query" else ""
    return f'curl {get}--data-urlencode "{where.parameter}=$ACCESS_TOKEN" {url}'


def _quoted(name: str, between: str, value: str) -> str:
    """Return a pair for a shell, in which a placeholder is a variable."""
    if value in _PLACEHOLDERS:
        return f'{shlex.quote(name + between)}"${value}"'
    return shlex.quote(name + between + value)
