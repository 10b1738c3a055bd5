"""Careless client authentication (RFC 6749 section 2.3.1)."""

from __future__ import annotations

from conformance.faults.catalogue import also_in, fault
from conformance.faults.conditions import always, at, never, when
from conformance.reference import Client, Decisions
from conformance.reference.call import Call
from conformance.reference.problems import UNKNOWN_CLIENT

_COMPARED = 16  # characters
_ENDS = 4  # characters


def _first(self: Decisions, call: Call) -> Client:
    """Return the first client that may use the grant, so that nothing else stands in the way."""
    asked, clients = self.grant_type(call), call.settings.clients
    allowed = (one for one in clients if asked and self.grant_allowed(call, one, asked))
    return next(allowed, clients[0])


def _blank_secret(self: Decisions, call: Call) -> bool:
    basic = self.basic_credentials(call)
    posted = ("client_secret", "") in self.token_parameters(call).pairs
    return basic[1] == "" if basic else posted


def _matching_if_blank(self: Decisions, call: Call, client: Client, secret: str) -> bool:
    return secret == "" or Decisions.secret_matches(self, call, client, secret)


def _owner_of_secret(self: Decisions, call: Call) -> Client | None:
    secret = self.presented_client_secret(call)
    return next((one for one in call.settings.clients if one.secret == secret), None)


def _id_by_secret(self: Decisions, call: Call) -> str | None:
    owner = _owner_of_secret(self, call)
    return Decisions.presented_client_id(self, call) or (owner.id if owner else None)


fault(
    "client.secret-unchecked",
    "Any secret will do, as long as one is sent.",
    breaks=[
        "client.refused[wrong-secret,*]",
        "client.refused[secret-prefix,*]",
        "client.refused[secret-extended,*]",
        "client.refused[secret-case,*]",
        "client.refused[secret-altered,*]",
        "client.refused[id-as-secret,*]",
        "client.refused[other-clients-secret,*]",
        "client.indistinguishable",
        "basic.blank-secret",
        "introspection.authorized[wrong-secret]",
        "introspection.wrong-secret-status",
        "revocation.client[wrong-secret]",
        "revocation.error[wrong-secret]",
    ],
    secret_matches=always,
)
also_in("oauth2", "client.secret-unchecked", "client.refused[blank-secret,*]")
fault(
    "client.secret-unchecked-at-refresh",
    "Any secret will do for a refresh.",
    breaks=[
        "client.refused[wrong-secret,refresh_token]",
        "client.refused[secret-prefix,refresh_token]",
        "client.refused[secret-extended,refresh_token]",
        "client.refused[secret-case,refresh_token]",
        "client.refused[secret-altered,refresh_token]",
        "client.refused[id-as-secret,refresh_token]",
        "client.refused[other-clients-secret,refresh_token]",
    ],
    secret_matches=when(at("refresh_token"), always, Decisions.secret_matches),
)
also_in(
    "oauth2", "client.secret-unchecked-at-refresh", "client.refused[blank-secret,refresh_token]"
)
fault(
    "client.secret-unchecked-for-code",
    "Any secret will do where a code is redeemed.",
    breaks=[
        "client.refused[wrong-secret,authorization_code]",
        "client.refused[secret-prefix,authorization_code]",
        "client.refused[secret-extended,authorization_code]",
        "client.refused[secret-case,authorization_code]",
        "client.refused[secret-altered,authorization_code]",
        "client.refused[id-as-secret,authorization_code]",
        "client.refused[other-clients-secret,authorization_code]",
        "basic.blank-secret",
    ],
    secret_matches=when(at("authorization_code"), always, Decisions.secret_matches),
)
also_in(
    "oauth2",
    "client.secret-unchecked-for-code",
    "client.indistinguishable",
    "client.refused[blank-secret,authorization_code]",
)
fault(
    "client.secret-optional",
    "A client that sends no secret is believed.",
    breaks=[
        "client.refused[missing-secret,*]",
        "client.refused[blank-secret,*]",
        "introspection.authorized[missing-secret]",
        "revocation.client[missing-secret]",
    ],
    secret_required=never,
)
also_in("oauth2", "client.secret-optional", "!client.refused[blank-secret,*]")
fault(
    "client.secret-optional-for-code",
    "A code can be redeemed without a secret, as by a public client.",
    breaks=[
        "client.refused[missing-secret,authorization_code]",
        "client.refused[blank-secret,authorization_code]",
    ],
    secret_required=when(at("authorization_code"), never, Decisions.secret_required),
)
also_in("oauth2", "client.secret-optional-for-code", "!client.refused[blank-secret,*]")
fault(
    "client.secret-blank",
    "A secret that is sent without a value counts as right.",
    breaks=["client.refused[blank-secret,*]", "basic.blank-secret"],
    secret_required=lambda self, call, _client: not _blank_secret(self, call),
    secret_matches=_matching_if_blank,
)
fault(
    "client.secret-prefix",
    "The beginning of a secret is enough.",
    breaks=["client.refused[secret-prefix,*]", "basic.blank-secret"],
    secret_matches=lambda _self, _call, client, secret: client.secret.startswith(secret),
)
also_in("oauth2", "client.secret-prefix", "client.refused[blank-secret,*]")
fault(
    "client.secret-extended",
    "A secret with something after it is accepted.",
    breaks=["client.refused[secret-extended,*]"],
    secret_matches=lambda _self, _call, client, secret: secret.startswith(client.secret),
)
fault(
    "client.secret-cut",
    "Only the first sixteen characters of a secret are compared.",
    breaks=[
        "client.refused[secret-prefix,*]",
        "client.refused[secret-extended,*]",
        "client.refused[secret-altered,*]",
    ],
    secret_matches=lambda _self, _call, client, secret: (
        client.secret[:_COMPARED] == secret[:_COMPARED]
    ),
)
fault(
    "client.secret-case",
    "A secret is compared without regard to case.",
    breaks=["client.refused[secret-case,*]"],
    secret_matches=lambda _self, _call, client, secret: client.secret.lower() == secret.lower(),
)
fault(
    "client.secret-by-length",
    "A secret is right if it is as long as the right one.",
    breaks=[
        "client.refused[wrong-secret,*]",
        "client.refused[secret-case,*]",
        "client.refused[secret-altered,*]",
        "client.refused[other-clients-secret,*]",
        "client.indistinguishable",
        "introspection.authorized[wrong-secret]",
        "introspection.wrong-secret-status",
        "revocation.client[wrong-secret]",
        "revocation.error[wrong-secret]",
    ],
    secret_matches=lambda _self, _call, client, secret: len(client.secret) == len(secret),
)
fault(
    "client.secret-ends",
    "Only the first and the last characters of a secret are compared.",
    breaks=["client.refused[secret-altered,*]"],
    secret_matches=lambda _self, _call, client, secret: (
        len(client.secret) == len(secret)
        and client.secret[:_ENDS] == secret[:_ENDS]
        and client.secret[-_ENDS:] == secret[-_ENDS:]
    ),
)
fault(
    "client.id-as-secret",
    "A client's id is taken for its secret, as where nobody has set another.",
    breaks=["client.refused[id-as-secret,*]"],
    secret_matches=lambda self, call, client, secret: (
        Decisions.secret_matches(self, call, client, secret) or secret == client.id
    ),
)
fault(
    "client.any-secret",
    "The secret of any client opens every client.",
    breaks=["client.refused[other-clients-secret,*]", "basic.blank-secret"],
    secret_matches=lambda self, call, _client, secret: any(
        self.same_secret(one.secret, secret) for one in call.settings.clients
    ),
)
also_in("oauth2", "client.any-secret", "client.refused[blank-secret,*]")
fault(
    "client.id-from-secret",
    "A client that sends no id is found by its secret.",
    breaks=["client.refused[missing-id,*]"],
    presented_client_id=_id_by_secret,
)
fault(
    "client.unknown-accepted",
    "A client_id that nobody registered is taken for the client whose secret it comes with.",
    breaks=[
        "client.refused[unknown-client,*]",
        "client.indistinguishable",
        "introspection.authorized[unknown-client]",
        "revocation.client[unknown-client]",
    ],
    find_client=lambda self, call, client_id: (
        Decisions.find_client(self, call, client_id) or _owner_of_secret(self, call)
    ),
    find_asking_client=Decisions.find_client,
)
also_in(
    "oauth2",
    "client.unknown-accepted",
    "client.refused[missing-id,authorization_code]",
    "client.refused[missing-id,refresh_token]",
    "client.refused[missing-id,client_credentials]",
)
fault(
    "client.nobody-is-first",
    "A request without any credentials is taken for the first client's.",
    breaks=[
        "client.refused[missing-credentials,*]",
        "basic.secret-in-uri",
        "introspection.authorized[missing-credentials]",
        "introspection.bad-bearer-status",
        "revocation.client[missing-credentials]",
    ],
    presented_client_id=lambda self, call: (
        Decisions.presented_client_id(self, call)
        or (None if self.presented_client_secret(call) else _first(self, call).id)
    ),
    secret_required=lambda self, call, _client: (
        Decisions.presented_client_id(self, call) is not None
    ),
)
fault(
    "client.unknown-told-apart",
    "The error tells a client_id that does not exist from a wrong secret.",
    breaks=["client.indistinguishable", "error.invalid-client[unknown-client]"],
    error_code=lambda self, call, problem: (
        "unauthorized_client"
        if problem is UNKNOWN_CLIENT
        else Decisions.error_code(self, call, problem)
    ),
)
fault(
    "client.unknown-described",
    "The words of the error tell a client_id that does not exist from a wrong secret.",
    breaks=["client.indistinguishable"],
    error_description=lambda self, call, problem: (
        "There is no such client."
        if problem is UNKNOWN_CLIENT
        else Decisions.error_description(self, call, problem)
    ),
)
fault(
    "client.unknown-status",
    "The status tells a client_id that does not exist from a wrong secret.",
    breaks=["client.indistinguishable"],
    error_status=lambda self, call, problem: (
        400 if problem is UNKNOWN_CLIENT else Decisions.error_status(self, call, problem)
    ),
)
