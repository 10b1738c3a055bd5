"""Whose data a token opens: the client owner's, or the user's who granted it, and nobody else's."""

from __future__ import annotations

from contextlib import suppress

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.marker import Marker, marked
from conformance.checks.once import once
from conformance.checks.propagation import settled
from conformance.checks.spans import origins, placements
from conformance.targets import Code, Service, Tokens, User
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer

_TIMES = 5
_REFRESHES = 3
_NO_ID = (
    "the target file does not say whose id to expect: [client] wants an owner, [user] an id",
    "identity_probe",
)


def _need_identity(service: Service) -> str:
    """Return the operation that tells whose a token is.

    Raises `NotApplicable` where there is none: no standard asks for that.
    """
    if service.live.identity is None:
        raise NotApplicable("nothing tells whose a token is; [identity] can name what does")
    return service.live.identity.operation


def _expect_subject(service: Service, tokens: Tokens, placement: str | None = None) -> None:
    _need_identity(service)
    if tokens.subject is None:
        raise Inconclusive(*_NO_ID)
    seen = _stands_for(service, tokens, placement)
    named = f"another user\n{seen}" if seen else "nobody\nno user"
    which = f"{named}, not {tokens.subject}, by a token of {tokens.client.role}"
    expect.that(
        seen == tokens.subject, "the token to stand for its own user", which, tokens.exchange
    )


def _stands_for(service: Service, tokens: Tokens, placement: str | None) -> str | None:
    """Return whom a token stands for; None where nobody is named, as is for tokens of other grants.

    Raises `Inconclusive` where the probe names nobody ever, or its answer was none.
    """
    operation = service.contract.operations[_need_identity(service)]
    exchange = service.call(operation, tokens.access_token, placement)
    try:
        return service.told_user(exchange)
    except Inconclusive:
        opened = service.answer(operation, exchange) is Answer.YES
        others = (origin for origin in service.origins() if origin != tokens.origin)
        if opened and any(_names_somebody(service, origin) for origin in others):
            return None
        raise


@once
def _names_somebody(service: Service, origin: str) -> bool:
    try:
        return bool(service.whoami(service.tokens(origin).access_token))
    except (Inconclusive, NotApplicable):
        return False


@once
def _visit(service: Service) -> Code | None:
    """Have a user allow something, where one can: who came last must not matter afterwards."""
    try:
        return service.code()
    except (Inconclusive, NotApplicable):
        return None


@check("association.owner")
def check_owner(service: Service) -> None:
    """A client_credentials token stands for the user that the client belongs to."""
    _need_identity(service)
    _visit(service)
    _expect_subject(service, service.tokens("client_credentials"))


@check("association.owner-stable")
def check_owner_stable(service: Service) -> None:
    """Every client_credentials token stands for that user, also after others have logged in."""
    for turn in range(_TIMES):
        if turn == _TIMES // 2:
            service.tokens("authorization_code")
        _expect_subject(service, service.tokens("client_credentials"))


@check("association.clients-apart")
def check_clients_apart(service: Service) -> None:
    """The owners of two clients do not mix when their grants interleave."""
    one, other = service.client_for("client_credentials"), service.client("other_client")
    if one.owner is None is other.owner:
        raise Inconclusive(*_NO_ID)
    if one.owner == other.owner:
        raise Inconclusive("both clients have one owner", "two_owners")
    for _ in range(2):
        held = [service.tokens("client_credentials", client=client) for client in (one, other)]
        for tokens in held:
            _expect_subject(service, tokens)


@check("association.user")
def check_user(service: Service) -> None:
    """A token from a code stands for the user who granted it, not for the client's owner."""
    _need_identity(service)
    user = _guest(service)
    if user is None:
        ids = (service.client_for("authorization_code").owner, service.user().id)
        owns = "the user owns the client, so the two cannot be told apart"
        raise Inconclusive(*(_NO_ID if None in ids else (owns, "two_owners")))
    _expect_subject(service, service.tokens("authorization_code", user=user))


@check("association.users-apart")
def check_users_apart(service: Service) -> None:
    """Two users of one client stay apart when their codes are redeemed crosswise."""
    _need_identity(service)
    codes = [service.code(user=service.user(role)) for role in ("user", "other_user")]
    for code in reversed(codes):
        _expect_subject(service, service.tokens("authorization_code", code=code))


@check("association.refreshed", origin=origins)
def check_refreshed(service: Service, origin: str) -> None:
    """The user stays the same through a chain of refreshes."""
    _need_identity(service)
    _visit(service)
    tokens = _tokens(service, origin)
    for _ in range(_REFRESHES):
        tokens = service.refreshed(tokens)
        _expect_subject(service, tokens)


@check("association.placement", placement=placements)
def check_placement(service: Service, placement: str) -> None:
    """A token stands for the same user wherever it travels."""
    for origin in service.origins():
        _expect_same_data(service, _tokens(service, origin), placement)


@check("association.data", origin=origins)
def check_data(service: Service, origin: str) -> None:
    """What is written with one token of a user is read with the next, and by nobody else."""
    writer = service.tokens(origin)
    with marked(service, writer.access_token) as marker:
        if not _settles(marker, writer.access_token):
            raise Inconclusive("what was written cannot be read back", "mutations")
        own = _settles(marker, service.tokens(origin).access_token)
        foreign = marker.seen_by(_stranger(service, writer).access_token)
        expect.that(own, "the same user to read what was written", "it was not there")
        expect.that(not foreign, "another user not to see what was written", "it was there")


def _settles(marker: Marker, token: str, placement: str | None = None) -> bool:
    """Tell whether a marker is seen, at once or before long."""
    return settled(marker.service, lambda: marker.seen_by(token, placement))


def _stranger(service: Service, tokens: Tokens) -> Tokens:
    """Return tokens of another user than theirs; raises `Inconclusive` where none is known."""
    owner = service.client_for("client_credentials").owner
    known = (None, tokens.subject)
    if tokens.origin == "authorization_code" and owner not in known:
        return service.tokens("client_credentials")
    for user in _users(service):
        if tokens.subject and user.id not in known:
            return service.tokens("authorization_code", user=user)
    raise Inconclusive("the target file does not say of a user that it is another", "two_users")


def _tokens(service: Service, origin: str) -> Tokens:
    """Obtain tokens by a grant, a code from somebody who is not the owner where that can be."""
    guest = _guest(service) if origin == "authorization_code" else None
    return service.tokens(origin, user=guest)


def _guest(service: Service) -> User | None:
    """Return a user who can log in and does not own the client; None where none is known."""
    nobody = (None, service.client_for("authorization_code").owner)
    return next((one for one in _users(service) if one.id not in nobody), None)


def _users(service: Service) -> list[User]:
    """Return who can log in, at least one; raises `Inconclusive`."""
    other = service.live.user("other_user")
    return [service.user(), *([other] if other else [])]


def _expect_same_data(service: Service, tokens: Tokens, placement: str) -> None:
    identity = service.live.identity
    if identity and identity.operation in service.contract.placements[placement].operations:
        _expect_subject(service, tokens, placement)
        with suppress(Inconclusive):  # the probe has told already
            if _writes_unusually(service, placement) and _is_known(service, tokens):
                _expect_written(service, tokens.access_token, placement)
        return
    _expect_written(service, tokens.access_token, placement)


def _writes_unusually(service: Service, placement: str) -> bool:
    """Tell whether a change reads a token in a placement that is not the first that it reads."""
    mutation = service.contract.mutation
    if mutation is None or mutation.write not in service.contract.placements[placement].operations:
        return False
    return service.placement(service.contract.operations[mutation.write]).name != placement


def _is_known(service: Service, tokens: Tokens) -> bool:
    """Tell whether a token stands for its user where it usually travels; others judge that."""
    return service.whoami(tokens.access_token) == tokens.subject


def _expect_written(service: Service, token: str, placement: str) -> None:
    """Expect that what is written or read by a placement is the same user's as elsewhere."""
    carriers = service.contract.placements[placement].operations
    mutation = service.contract.mutation
    if mutation is None or not {mutation.write, mutation.read} & set(carriers):
        raise Inconclusive(f"no probe reads a token in {placement}", "identity_probe")
    writing = placement if mutation.write in carriers else None
    reading = placement if mutation.read in carriers else None
    with marked(service, token) as control:
        if not _settles(control, token):
            raise Inconclusive("what was written cannot be read back", "mutations")
    with marked(service, token, writing) as marker:
        seen = _settles(marker, token, reading)
        expect.that(seen, "the token to stand for the same user", "what was written was not there")
