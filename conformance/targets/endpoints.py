"""Where the service is: what the target file says, completed by the OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from conformance.contract import Contract, Operation
from conformance.targets.addresses import flaw, plain
from conformance.targets.errors import TargetFileError
from conformance.targets.file import TargetFile
from conformance.targets.problems import nearest


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The URLs of a service; `api` is the base of the resource paths.

    The optional endpoints are None where neither the target file nor the contract places them.
    """

    authorize: str
    token: str
    api: str
    revocation: str | None = None
    introspection: str | None = None
    metadata: str | None = None

    def of(self, part: str) -> str | None:
        """Return the URL of an endpoint by the part that it plays (`x-conformance.endpoints`)."""
        found: str | None = getattr(self, part)
        return found


def resolve(file: TargetFile, contract: Contract) -> Endpoints:
    """Return the endpoints of a target; raises `TargetFileError` where one stays unknown."""
    api = base(file, contract, contract.example)
    declared = file.endpoints
    found = Endpoints(
        authorize=declared.authorize
        or base(file, contract, contract.authorize) + contract.authorize.path,
        token=declared.token or base(file, contract, contract.token) + contract.token.path,
        api=api,
        revocation=declared.revocation,
        introspection=declared.introspection,
        metadata=declared.metadata,
    )
    for key, url in (("authorize", found.authorize), ("token", found.token), ("api", found.api)):
        _judge(file, f"[endpoints].{key}", url)
    return found


def base(file: TargetFile, contract: Contract, operation: Operation) -> str:
    """Return the URL that an operation's path is added to.

    `[endpoints].api` stands for the server that the description gives the resources, so it moves
    the token endpoint too where the description puts both on one server.
    """
    if file.endpoints.api is not None and operation.server == contract.example.server:
        return file.endpoints.api.rstrip("/")
    return operation.server


def agree(file: TargetFile, contract: Contract) -> None:
    """Find what a target file says of things that its contract does not have.

    Raises `TargetFileError`.
    """
    parameters = {name for found in contract.operations.values() for name in found.path_example}
    said = (
        (
            "[identity].operation",
            [file.identity.operation] if file.identity else [],
            contract.operations,
        ),
        ("[resource].form", file.resource.form, contract.operations),
        ("[resource].paths", file.resource.paths, contract.resources),
        ("[resource].path_parameters", file.resource.path_parameters, parameters),
        *(
            (f"[{role}].grants", client.grants or (), contract.grants)
            for role, client in file.clients.items()
        ),
    )
    problems = [
        (key, f"the contract {contract.name!r} has no {name!r}; {_nearest(name, known)}")
        for key, names, known in said
        for name in names
        if name not in known
    ]
    if problems:
        raise TargetFileError.of(file.source, problems)


def _nearest(name: str, known: Iterable[str]) -> str:
    return nearest(name, {one: one for one in sorted(known)})


def _judge(file: TargetFile, key: str, url: str) -> None:
    if flaw(url):
        problem = "missing, and the contract's OpenAPI description gives no whole URL for it"
        raise TargetFileError(file.source, key, problem)
    if plain(url) and not file.allow_plain_http:
        problem = (
            f"{url} (from the OpenAPI description) is plain http to another host; give another,"
            " or allow_plain_http = true at the top"
        )
        raise TargetFileError(file.source, key, problem)
