"""Tokens that open the data of somebody else."""

from __future__ import annotations

from conformance.faults.catalogue import Decision, fault, only_in
from conformance.faults.conditions import when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.records import Issued

_THIRD = 3  # generation


def _owner(_self: Decisions, call: Call, value: Issued, *_: object) -> str:
    """Return the owner of the client that a value was issued to."""
    clients = call.settings.clients
    return next(one.owner for one in clients if one.id == value.lineage.client_id)


def _last_visitor(call: Call, otherwise: str) -> str:
    """Return the user who gave consent last."""
    codes = list(call.state.store.every("code"))
    return codes[-1].lineage.subject if codes else otherwise


def _first_user(call: Call) -> str:
    return str(call.settings.users[-1].id)


def _in(location: str) -> Decision:
    return lambda _self, _call, _operation, _token, placement: placement.location == location


fault(
    "association.client-without-owner",
    "A client_credentials token stands for the client itself, not for the user it belongs to.",
    breaks=[
        "association.owner",
        "association.owner-stable",
        "association.clients-apart",
        "association.refreshed[client_credentials]",
        "association.placement[post]",
        "association.placement[header]",
    ],
    subject_of_client=lambda _self, _call, client: client.id,
)
fault(
    "association.first-owner",
    "Every client_credentials token stands for the owner of the first client.",
    breaks=["association.clients-apart"],
    subject_of_client=lambda _self, call, _client: call.settings.clients[0].owner,
)
fault(
    "association.last-visitor",
    "A client_credentials token stands for the user who logged in last.",
    breaks=[
        "association.owner",
        "association.owner-stable",
        "association.clients-apart",
        "association.refreshed[client_credentials]",
        "association.placement[post]",
        "association.placement[header]",
        "association.data",
    ],
    subject_of_client=lambda _self, call, client: _last_visitor(call, client.owner),
)
fault(
    "association.code-for-owner",
    "A token that a code bought stands for the client's owner.",
    breaks=[
        "association.user",
        "association.users-apart",
        "association.refreshed[authorization_code]",
        "association.placement[post]",
        "association.placement[header]",
        "association.data",
    ],
    subject_of_code=_owner,
)
fault(
    "association.code-for-last-visitor",
    "A token that a code bought stands for the user who gave consent last.",
    breaks=["association.users-apart"],
    subject_of_code=lambda _self, call, _code: _last_visitor(call, ""),
)
fault(
    "association.consent-for-another",
    "A code stands for another user than the one who gave consent.",
    breaks=[
        "association.user",
        "association.users-apart",
        "association.refreshed[authorization_code]",
        "association.placement[post]",
        "association.placement[header]",
    ],
    subject_of_consent=lambda _self, call, _asked, user: next(
        one.id for one in reversed(call.settings.users) if one.id != user.id
    ),
)
fault(
    "association.refresh-for-owner",
    "After a refresh a token stands for the client's owner.",
    breaks=["association.refreshed[authorization_code]"],
    subject_of_refresh=_owner,
)
fault(
    "association.third-refresh-for-owner",
    "After the third refresh a token stands for the client's owner.",
    breaks=["association.refreshed[authorization_code]"],
    subject_of_refresh=when(
        lambda _self, _call, token: token.lineage.generation >= _THIRD - 1,
        _owner,
        Decisions.subject_of_refresh,
    ),
)
fault(
    "association.refresh-for-last-visitor",
    "After a refresh a token stands for the user who gave consent last.",
    breaks=["association.refreshed[client_credentials]"],
    subject_of_refresh=lambda _self, call, token: _last_visitor(call, token.lineage.subject),
)
for _place, _condition, _told, _breaks in (
    (
        "header",
        _in("header"),
        "the header",
        [
            "association.owner",
            "association.owner-stable",
            "association.clients-apart",
            "association.user",
            "association.users-apart",
            "association.refreshed",
            "association.placement[header]",
            "association.placement[get]",
            "association.data",
        ],
    ),
    ("get", _in("query"), "a GET parameter", ["association.placement[get]"]),
    ("post", _in("form"), "a POST parameter", ["association.placement[post]"]),
):
    fault(
        f"association.other-user-in-{_place}",
        f"In {_told} a token opens the data of another user.",
        breaks=_breaks,
        subject_of_access_token=when(
            _condition,
            lambda _self, call, *_: _first_user(call),
            Decisions.subject_of_access_token,
        ),
    )
fault(
    "association.added-for-another-in-post",
    "What is added to a queue by a token in a POST parameter is added to another user's.",
    breaks=["association.placement[post]"],
    subject_of_access_token=when(
        lambda _self, _call, operation, _token, placement: (
            operation == "addToQueue" and placement.location == "form"
        ),
        lambda _self, call, *_: _first_user(call),
        Decisions.subject_of_access_token,
    ),
)
only_in("kitchenmonki", "association.added-for-another-in-post")
fault(
    "association.shared-queue",
    "What one user adds to a queue is seen by all.",
    breaks=["association.data"],
    subject_of_access_token=lambda self, call, operation, token, placement: (
        "everybody"
        if "ueue" in operation
        else Decisions.subject_of_access_token(self, call, operation, token, placement)
    ),
)
fault(
    "association.identity-wrong",
    "The answer of createList names another user than the one whose list was made.",
    breaks=[
        "association.owner",
        "association.owner-stable",
        "association.clients-apart",
        "association.user",
        "association.users-apart",
        "association.refreshed",
        "association.placement[post]",
        "association.placement[header]",
    ],
    told_user_id=lambda _self, call, _user_id: _first_user(call),
)
fault(
    "association.data-forgotten-with-token",
    "What was added with one token is not there for the next token of the same user.",
    breaks=["association.data"],
    subject_of_access_token=lambda _self, _call, operation, token, _placement: (
        f"{token.lineage.subject} {id(token)}" if "ueue" in operation else token.lineage.subject
    ),
)
