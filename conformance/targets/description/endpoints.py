"""Where the service is: the target file, completed by metadata and the OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from conformance.contract import Contract, Operation
from conformance.targets.description.addresses import flaw, hosts, loopback, plain
from conformance.targets.description.file import TargetFile
from conformance.targets.description.metadata import PLACES, Metadata
from conformance.targets.description.problems import nearest
from conformance.targets.errors import TargetFileError, without_query


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


def resolve(file: TargetFile, contract: Contract, metadata: Metadata | None = None) -> Endpoints:
    """Return the endpoints of a target; raises `TargetFileError` where one stays unknown."""
    declared = dict(file.endpoints)
    if (
        file.endpoints.metadata
        and not metadata
        and None in (declared["authorize"], declared["token"])
    ):
        problem = (
            f"there is no metadata at {without_query(file.endpoints.metadata)}; correct it, or give"
            " authorize and token in its place"
        )
        raise TargetFileError(file.source, "[endpoints].metadata", problem)
    found = _found(file, contract, _told(file, metadata) if metadata else declared)
    for key in ("authorize", "token", "api"):
        _judge(file, f"[endpoints].{key}", getattr(found, key))
    return found


def known(file: TargetFile, contract: Contract) -> Iterator[str]:
    """Return the URLs that no metadata has to tell, the bases of the resources among them."""
    found = _found(file, contract, dict(file.endpoints))
    bases = (base(file, contract, one) for one in contract.resources.values())
    urls = (found.authorize, found.token, found.api, *bases)
    return (url for url in urls if not flaw(url))


def named(file: TargetFile, contract: Contract) -> tuple[str, ...]:
    """Return the URLs that name the hosts of a target."""
    return (*known(file, contract), *file.urls.values())


def near(file: TargetFile, contract: Contract) -> bool:
    """Tell whether a target is on this machine."""
    return all(loopback(url) for url in named(file, contract))


def _found(file: TargetFile, contract: Contract, declared: Mapping[str, str | None]) -> Endpoints:
    return Endpoints(
        authorize=declared["authorize"]
        or base(file, contract, contract.authorize) + contract.authorize.path,
        token=declared["token"] or base(file, contract, contract.token) + contract.token.path,
        api=base(file, contract, contract.example),
        revocation=declared["revocation"],
        introspection=declared["introspection"],
        metadata=declared["metadata"],
    )


def _told(file: TargetFile, metadata: Metadata) -> Mapping[str, str | None]:
    """Return what the file declares, and what the metadata places where the file is silent.

    A place on a host that the file does not name raises `TargetFileError`: no request may leave.
    """
    declared = dict(file.endpoints)
    told = {part: metadata.place(part) for part in PLACES if declared[part] is None}
    named = hosts(file.urls.values())
    for part, url in told.items():
        if url is not None and (flaw(url) or not hosts([url]) & named):
            problem = f"the metadata places it at {url!r}, on a host that this file does not name;"
            raise TargetFileError(
                file.source, f"[endpoints].{part}", f"{problem} if that is right, give it here"
            )
    return {**declared, **told}


def base(file: TargetFile, contract: Contract, operation: Operation) -> str:
    """Return the URL that an operation's path is added to.

    `[endpoints].api` stands for the server that the description gives the resources, so it moves
    the token endpoint too where the description puts both on one server. Where neither names a
    server, the resources are taken to be where the token endpoint is.
    """
    if file.endpoints.api is not None and operation.server == contract.example.server:
        return file.endpoints.api.rstrip("/")
    if operation.server or file.endpoints.token is None:
        return operation.server
    return "{0.scheme}://{0.netloc}".format(urlsplit(file.endpoints.token))


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
        ("[resource].scopes", file.resource.scopes, contract.resources),
        ("[resource].paths", file.resource.paths, contract.resources),
        ("[resource].path_parameters", file.resource.path_parameters, parameters),
        ("[features]", file.features, {*contract.optional, *contract.grants, "popup"}),
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
        problem = "missing, and neither metadata nor the contract's description give a whole URL"
        raise TargetFileError(file.source, key, problem)
    if plain(url) and not file.allow_plain_http:
        problem = (
            f"{url} (from the OpenAPI description) is plain http to another host; give another,"
            " or allow_plain_http = true at the top"
        )
        raise TargetFileError(file.source, key, problem)
