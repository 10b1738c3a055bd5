"""A live target as the checks see it: they ask it for grants, calls and consent, by the contract.

Whatever a check needs before it can judge is asked for here; where the target does not give it,
`Inconclusive` says which precondition is missing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from conformance.contract import Contract, Lifetime, Operation, Placement
from conformance.targets.consent.driver import Decision, Visit
from conformance.targets.effort import Effort
from conformance.targets.errors import ConsentError, NoBrowser
from conformance.targets.grants import (
    Client,
    Code,
    GrantRequest,
    Pairs,
    Tokens,
    User,
)
from conformance.targets.live import LiveTarget
from conformance.targets.service.calling import Placed, call, clear
from conformance.targets.service.carriage import carriage
from conformance.targets.service.composing import compose
from conformance.targets.service.features import Features
from conformance.targets.service.lifetimes import lifetime_of
from conformance.targets.service.loan import Loan
from conformance.targets.service.memory import Memory
from conformance.targets.service.opening import opening_grant
from conformance.targets.service.parties import Parties
from conformance.targets.service.pkce import challenge, new_verifier
from conformance.targets.service.pointer import lookup
from conformance.targets.service.solitude import one_at_a_time
from conformance.targets.service.undecided import Undecided
from conformance.targets.window import Span
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, carries_token, describe, of_resource
from conformance.wire import Exchange, RawRequest, send_raw, send_together


class Service(Parties):
    """The target of a run, bound to its contract."""

    def __init__(
        self,
        live: LiveTarget,
        *,
        seed: int = 0,
        effort: Effort = Effort.GATE,
        observe: Callable[[str, object], None] = lambda _name, _value: None,
        disguise: Callable[[str, str, str], object] = lambda _mutant, _of, _how: None,
        cite: Callable[[Sequence[Exchange]], None] = lambda _exchanges: None,
    ) -> None:
        super().__init__(live)
        self.contract: Contract = live.contract
        self.clock = live.clock
        self.wire = live.wire
        self.effort = effort
        self.observe = observe
        self._disguise = disguise
        self.seed = seed
        self.features = Features(self)
        self._solitary: bool | None = None
        self.opening: str | None = None  # the grant that has yielded a token at the start
        self._bearer: str | None = None
        self.memory = Memory(cite)
        self.loan = Loan(self)
        self.prepared: GrantRequest | None = None  # the last one with values of its own
        self.random = random.Random(seed)  # noqa: S311 - it must repeat, not surprise

    def reseed(self, case_id: str) -> None:
        """Start the dice anew for a check case, so that its run does not depend on the others."""
        self.random = random.Random(f"{self.seed}:{case_id}")  # noqa: S311

    def bent(self, mutant: str, of: str, how: str) -> str:
        """Have a value that was made from a secret hidden like the secret, and return it."""
        self._disguise(mutant, of, how)
        return mutant

    def lifetime(self, kind: str, held: Code | Tokens | None = None) -> Lifetime:
        """Return how long a value of a kind lives; raises `Inconclusive` where nothing tells it."""
        return lifetime_of(self, kind, held)

    @contextmanager
    def watched(self) -> Iterator[list[Exchange]]:
        """Collect the exchanges of a block."""
        seen: list[Exchange] = []
        self.wire.listeners.append(seen.append)
        try:
            yield seen
        finally:
            self.wire.listeners.remove(seen.append)

    @property
    def solitary(self) -> bool:
        """Tell whether a second grant or its refresh ends or renews the first (KMA-28, KMA-35)."""
        # No cached_property: in Python 3.11 its lock makes the services of all threads wait.
        if self._solitary is None:
            self._solitary = one_at_a_time(self)
        return self._solitary

    # Parties

    def authenticate_by(self, method: str) -> None:
        """Have clients authenticate by a method whose tables name none; what was probed is void."""
        self.live.authentication = method
        self.features = Features(self)

    @property
    def uses_pkce(self) -> bool:
        """Tell whether requests carry PKCE: the contract knows it, and the target does not deny."""
        return self.contract.pkce is not None and self.live.file.features.get("pkce") is not False

    def client_for(self, grant: str) -> Client:
        """Return the client that may use a grant; raises `Inconclusive`.

        Raises `NotApplicable` where the service need not have the grant, and has it not.
        """
        self.features.need(grant)
        return self.registered_for(grant)

    # The authorization endpoint

    def authorize_url(
        self,
        client: Client,
        *,
        extra: Mapping[str, str] | None = None,
        without: tuple[str, ...] = (),
        verifier: str | None = None,
    ) -> str:
        """Return the authorization request of a client (RFC 6749 section 4.1.1) as a URL.

        Where requests carry PKCE, it is sent ahead of `verifier`, or of one that nobody knows.
        """
        parameters = {
            "client_id": client.id,
            "response_type": "code",
            "redirect_uri": client.redirect_uri,
            **({"scope": client.scope} if client.scope else {}),
            **self.live.file.authorize.parameters,
            **(challenge(verifier or new_verifier()) if self.uses_pkce else {}),
            **(extra or {}),
        }
        kept = {name: value for name, value in parameters.items() if name not in without}
        endpoint = self.live.endpoints.authorize  # its own query stays (section 3.1)
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(kept)}"

    def visit(
        self,
        url: str,
        user: User | None,
        decision: Decision = "allow",
        *,
        redirect_uri: str | None = None,
        returning: bool = False,
    ) -> Visit:
        """Let a user open an authorization request and decide; raises `Inconclusive`.

        A user who is `returning` may be logged in already.
        """
        sent_to = redirect_uri or self.client_for("authorization_code").redirect_uri
        try:
            visit = self.live.consent.visit(url, user, decision, sent_to, returning=returning)
        except ConsentError as problem:
            raise Inconclusive(str(problem), "user_login") from None
        except NoBrowser as missing:
            raise Inconclusive(str(missing), "browser") from None
        if where := visit.elsewhere(sent_to):
            raise Inconclusive(
                f"the user is sent to {where}, a host that the target file does not name; where"
                f' users log in there, say login = "{where}" in [endpoints]',
                "user_login",
            )
        return visit

    def code(
        self, client: Client | None = None, user: User | None = None, *, returning: bool = True
    ) -> Code:
        """Obtain a fresh authorization code; raises `Inconclusive` where none is given.

        A user who is not `returning` logs in for it alone.
        """
        client = client or self.client_for("authorization_code")
        user = user or self.user()
        verifier = new_verifier() if self.uses_pkce else None
        url, home = self.authorize_url(client, verifier=verifier), client.redirect_uri
        visit = self.visit(url, user, redirect_uri=home, returning=returning)
        return self._code(client, user, visit, verifier)

    def undecided(self) -> Undecided:
        """Let a user open an authorization request and not decide yet; raises `Inconclusive`."""
        client, user = self.client_for("authorization_code"), self.user()
        verifier = new_verifier() if self.uses_pkce else None
        url = self.authorize_url(client, verifier=verifier)
        try:
            paused = self.live.consent.pause(url, user, client.redirect_uri)
        except ConsentError as problem:
            raise Inconclusive(str(problem), "user_login") from None
        return Undecided(client, user, paused, self._span(paused.last), verifier)

    def allowed(self, undecided: Undecided) -> Code:
        """Let a user decide who has taken their time; raises `Inconclusive`."""
        try:
            visit = undecided.paused.decide("allow")
        except ConsentError as problem:
            raise Inconclusive(str(problem), "user_login") from None
        return self._code(undecided.client, undecided.user, visit, undecided.verifier)

    def _code(self, client: Client, user: User, visit: Visit, verifier: str | None) -> Code:
        if visit.code is None:
            raise Inconclusive(f"the user allowed it, and {visit.instead}", "user_login")
        return Code(visit.code, client, user, client.redirect_uri, self._span(visit.last), verifier)

    # The token endpoint

    def grant_request(
        self,
        grant: str,
        *,
        client: Client | None = None,
        user: User | None = None,
        code: Code | None = None,
        tokens: Tokens | None = None,
    ) -> GrantRequest:
        """Prepare the documented request of a grant, with a fresh code or refresh token in it.

        Raises `Inconclusive` where the target does not yield what the request needs.
        """
        request = self._documented(grant, client, user, code, tokens)
        self.prepared = None if code or tokens else request
        return request

    def _documented(
        self,
        grant: str,
        client: Client | None,
        user: User | None,
        code: Code | None,
        tokens: Tokens | None,
    ) -> GrantRequest:
        given: Pairs = ()
        if grant == "authorization_code":
            code = code or self.code(client, user)
            given = (("code", code.value), ("redirect_uri", code.redirect_uri))
            proof = (("code_verifier", code.verifier),) if code.verifier else ()
            return self._request(grant, grant, code.client, code.user.id, (*given, *proof))
        if grant == "refresh_token":
            tokens = tokens or self.tokens(self.origins()[0], client=client, user=user)
            given = (("refresh_token", self.refresh_token(tokens)),)
            return self._request(grant, tokens.origin, tokens.client, tokens.subject, given)
        client = client or self.client_for(grant)
        scope = (("scope", client.scope),) if client.scope else ()
        return self._request(grant, grant, client, client.owner, scope)

    def send(self, request: GrantRequest, part: str = "token") -> Exchange:
        """Send a request to the token endpoint, or to one beside it, bent or not.

        Its client authenticates as the target file declares of it (RFC 6749 section 2.3.1).
        """
        operation = self.contract.endpoints[part]
        sent = carriage(operation, request)
        return self.wire.send(
            operation.method,
            self.live.endpoint(part),
            query=sent.query,
            form=sent.form or None,
            headers=dict(sent.headers),
        )

    def send_together(self, request: GrantRequest, times: int) -> list[Exchange]:
        """Send a request to the token endpoint many times at once; raises `Inconclusive`."""
        return send_together(self.wire, self._by_hand(request, urlencode), times)

    def send_encoded(
        self, request: GrantRequest, encode: Callable[[Sequence[tuple[str, str]]], str]
    ) -> Exchange:
        """Send a request to the token endpoint with its parameters encoded by hand."""
        return send_raw(self.wire, self._by_hand(request, encode))

    def _by_hand(
        self, request: GrantRequest, encode: Callable[[Sequence[tuple[str, str]]], str]
    ) -> RawRequest:
        sent = carriage(self.contract.token, request)
        return self.raw_request(
            self.contract.token.method,
            self.live.endpoints.token,
            headers=sent.headers,
            query=encode(sent.query),
            form=encode(sent.form).encode(),
        )

    def raw_request(
        self,
        method: str,
        url: str,
        *,
        headers: Pairs = (),
        query: str = "",
        form: bytes = b"",
        version: str = "HTTP/1.1",
    ) -> RawRequest:
        """Compose a request by hand; raises `Inconclusive` where there are no sockets."""
        if not self.wire.has_sockets:
            raise Inconclusive("this target is reached without sockets", "raw_http")
        if self.wire.proxied(url):
            raise Inconclusive("a proxy stands before this target and changes bytes", "raw_http")
        carried = (*self.wire.headers.items(), *headers)
        return compose(method, url, headers=carried, query=query, form=form, version=version)

    def issued(self, request: GrantRequest, exchange: Exchange) -> Tokens | None:
        """Return the tokens that an answer holds, or None."""
        if not carries_token(exchange):
            return None
        members = exchange.members
        refresh_token, expires_in = members.get("refresh_token"), members.get("expires_in")
        if refresh_token is None and self.contract.rotation != "always":
            refresh_token = dict(request.parameters).get("refresh_token")  # it stays in force
        return Tokens(
            access_token=members["access_token"],
            refresh_token=refresh_token if isinstance(refresh_token, str) else None,
            expires_in=expires_in if isinstance(expires_in, int | float) else None,
            grant=request.grant,
            origin=request.origin,
            client=request.client,
            subject=request.subject,
            issued=self._span(exchange),
            exchange=exchange,
        )

    def granted(self, request: GrantRequest) -> Tokens:
        """Send a request and return the tokens it yields; raises `Inconclusive` for none."""
        exchange, grant = self.send(request), request.grant
        tokens = self.issued(request, exchange)
        if tokens is None:
            raise Inconclusive(f"{grant} yields no token: {describe(exchange)}", f"grant:{grant}")
        return tokens

    def tokens(self, grant: str, **how: Any) -> Tokens:  # noqa: ANN401 - those of grant_request
        """Obtain fresh tokens by a grant; raises `Inconclusive` where it yields none."""
        return self.granted(self.grant_request(grant, **how))

    def bearer(self, client: Client | None = None, user: User | None = None) -> Tokens:
        """Obtain fresh tokens that open a resource, by the first grant that gives such.

        Raises `Inconclusive` where none does, for the reason that the first grant has.
        """
        if self._bearer is None:
            self._bearer = opening_grant(self)
        return self.tokens(self._bearer, client=client, user=user)

    def refreshed(self, tokens: Tokens) -> Tokens:
        """Obtain the next tokens of a chain; raises `Inconclusive`."""
        return self.tokens("refresh_token", tokens=tokens)

    def refresh_token(self, tokens: Tokens) -> str:
        """Return the refresh token that came with an access token; raises `Inconclusive`.

        Raises `NotApplicable` where the service need not give any, and gives none.
        """
        if not tokens.refresh_token:
            self.features.need("refresh_token")
            raise Inconclusive(f"{tokens.grant} gave no refresh token", "refresh_token")
        return tokens.refresh_token

    def origins(self) -> tuple[str, ...]:
        """Return the grants that begin a chain and give a refresh token, by the contract."""
        return tuple(
            name
            for name, grant in self.contract.grants.items()
            if grant.refresh_token and name != "refresh_token"
        )

    # Resources

    def call(
        self,
        operation: Operation | str,
        token: str | None,
        placement: str | None = None,
        *,
        also: str | None = None,
        beside: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        path: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Call a resource with a token in a placement (the first that the operation reads).

        `also` names a second placement for the same token; `beside` puts other tokens into other
        placements. A change that the user's data stands against is made again without that.
        """
        operation = self.contract.operations[operation] if isinstance(operation, str) else operation
        own: list[Placed] = [] if token is None else [(placement, token)]
        second: list[Placed] = [(also, token)] if token is not None and also else []
        placed = [*own, *second, *(beside or {}).items()]
        exchange = call(self, operation, placed, headers or {}, path or {})
        if token and clear(self, operation, token, path or {}, exchange):
            exchange = call(self, operation, placed, headers or {}, path or {})
        return exchange

    def placement(self, operation: Operation, name: str | None = None) -> Placement:
        """Return a placement that an operation reads; raises `Inconclusive` where it reads none."""
        for found in self.contract.placements.values():
            if operation.id in found.operations and name in (None, found.name):
                return found
        raise Inconclusive(f"{operation.id} reads no token in {name or 'any place'}", "placement")

    def readers(self, placement: str) -> tuple[Operation, ...]:
        """Return the operations that read a token in a placement.

        Raises `NotApplicable` where the service need not read it there, and does not.
        """
        self.features.need(placement)
        named = self.contract.placements[placement].operations
        return tuple(self.contract.operations[one] for one in named if self.features.offers(one))

    def form_of(self, operation: Operation) -> dict[str, str]:
        """Return the form fields that an operation needs beside the token."""
        return {**operation.form_example, **self.live.file.resource.form.get(operation.id, {})}

    def answer(self, operation: Operation, exchange: Exchange) -> Answer:
        """Say whether a resource was opened."""
        return of_resource(exchange, operation.markers)

    # Whose token

    def whoami(self, token: str, placement: str | None = None) -> str:
        """Return the id of the user that a token stands for; raises `Inconclusive`."""
        probe = self.live.identity
        if probe is None:
            raise Inconclusive(
                "neither contract nor target file has an identity probe", "identity_probe"
            )
        return self.told_user(self.call(probe.operation, token, placement))

    def told_user(self, exchange: Exchange) -> str:
        """Return the id of the user that an answer of the identity probe names.

        Raises `Inconclusive` where it names none.
        """
        probe = self.live.identity
        found = lookup(exchange.members, probe.pointer) if probe else None
        if probe is None or found is None:
            raise Inconclusive(
                f"the identity probe names no user: {describe(exchange)}", "identity_probe"
            )
        return str(found)

    def _request(
        self, grant: str, origin: str, client: Client, subject: str | None, given: Pairs
    ) -> GrantRequest:
        parameters = (("grant_type", grant), *client.credentials, *given)
        return GrantRequest(grant, origin, client, subject, parameters)

    def _span(self, exchange: Exchange) -> Span:
        ahead = self.clock.ahead
        return Span(exchange.sent_at + ahead, exchange.received_at + ahead)
