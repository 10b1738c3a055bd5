"""Generated requests, valid, invalid and in between: what no answer may do, whatever was asked.

One campaign for an operation serves all five checks; the first that asks has it run.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.catalogue import Turn, check
from conformance.contract import Contract
from conformance.targets import Service


def _every(contract: Contract) -> Iterator[str]:
    yield from contract.operations


def _answering(contract: Contract) -> Iterator[str]:
    """Yield the operations that answer a program; authorize answers people, and with a code."""
    for operation in contract.operations:
        if operation != contract.authorize.id:
            yield operation


def _verdict(service: Service, operation: str, invariant: str) -> None:
    from conformance.checks.generated.campaign import verdict  # noqa: PLC0415 - a second, for who asks for it

    verdict(service, operation, invariant)


@check("generated.no-server-error", turn=Turn.EARLY, operation=_every)
def check_no_server_error(service: Service, operation: str) -> None:
    """No generated request is answered with a 5xx."""
    _verdict(service, operation, "no-server-error")


@check("generated.schema", turn=Turn.EARLY, operation=_answering)
def check_schema(service: Service, operation: str) -> None:
    """A success that answers a generated request has the described form."""
    _verdict(service, operation, "schema")


@check("generated.content-type", turn=Turn.EARLY, operation=_answering)
def check_content_type(service: Service, operation: str) -> None:
    """A success that answers a generated request has a described content type."""
    _verdict(service, operation, "content-type")


@check("generated.no-echo", turn=Turn.EARLY, operation=_every)
def check_no_echo(service: Service, operation: str) -> None:
    """No answer to a generated request repeats a secret."""
    _verdict(service, operation, "no-echo")


@check("generated.error-is-no-token", turn=Turn.EARLY, operation=_answering)
def check_error_is_no_token(service: Service, operation: str) -> None:
    """No error that answers a generated request carries a token or a code."""
    _verdict(service, operation, "error-is-no-token")
