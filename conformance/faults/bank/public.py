"""Clients without a secret, trusted as if they had one (RFC 6749 section 10.2)."""

from __future__ import annotations

from conformance.faults.catalogue import fault
from conformance.faults.conditions import always, never, when
from conformance.reference import Decisions, User
from conformance.reference.call import Call
from conformance.reference.records import Issued
from conformance.reference.sessions import AuthorizationRequest


def _asked_once(self: Decisions, _call: Call, asked: AuthorizationRequest, user: User) -> bool:
    seen = self.__dict__.setdefault("seen", set())
    key = (asked.session, asked.client.id, user.id)
    known = key in seen
    seen.add(key)
    return not known


def _spent_by_confidential_clients(self: Decisions, call: Call, token: Issued) -> bool:
    public = {one.id for one in call.settings.clients if not one.secret}
    first = Decisions.spend_refresh_token(self, call, token)
    return first or token.lineage.client_id in public


def _of_public_client(_self: Decisions, call: Call, code: Issued, *_: object) -> bool:
    return code.lineage.client_id in {one.id for one in call.settings.clients if not one.secret}


fault(
    "public.any-redirect-uri",
    "A public client is answered wherever it asks to be.",
    breaks=["public.redirect-uri"],
    redirect_uri_registered=when(
        lambda _self, _call, client, _uri: not client.secret,
        always,
        Decisions.redirect_uri_registered,
    ),
)
fault(
    "public.loopback-port-compared",
    "The port of a public client's redirect_uri is compared on loopback too.",
    breaks=["public.loopback-port"],
    redirect_uri_registered=lambda _self, _call, client, uri: uri == client.redirect_uri,
)
fault(
    "public.challenge-optional",
    "A public client may do without a challenge.",
    breaks=["public.challenge-required"],
    code_challenge_required=never,
)
fault(
    "public.not-asked-again",
    "A user who has allowed a client once is not asked again in the same browser.",
    breaks=["public.asked-again"],
    consent_required=_asked_once,
)
fault(
    "public.refresh-token-reusable",
    "A refresh token of a public client works as often as it comes.",
    breaks=["public.refresh-token-rotates"],
    spend_refresh_token=_spent_by_confidential_clients,
)
fault(
    "public.code-reusable",
    "A code of a public client can be redeemed as often as it comes.",
    breaks=["public.code[used]"],
    spend_code=when(_of_public_client, always, Decisions.spend_code),
)
fault(
    "public.redirect-uri-unchecked",
    "Whatever redirect_uri comes with a code of a public client is accepted.",
    breaks=["public.code[other-redirect-uri]"],
    redirect_uri_matches=when(_of_public_client, always, Decisions.redirect_uri_matches),
)
fault(
    "public.redirect-uri-optional",
    "A code of a public client is accepted without its redirect_uri.",
    breaks=["public.code[no-redirect-uri]"],
    redirect_uri_required=when(_of_public_client, never, Decisions.redirect_uri_required),
)
fault(
    "public.verifier-unchecked",
    "Whatever verifier comes with a code of a public client is accepted.",
    breaks=["public.code[other-verifier]", "public.code[no-verifier]"],
    code_verifier_matches=when(_of_public_client, always, Decisions.code_verifier_matches),
    code_verifier_well_formed=always,
)
