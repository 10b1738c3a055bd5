"""Resources that are not protected, do not work, or answer in the wrong form."""

from __future__ import annotations

from collections.abc import Callable

from conformance.faults.catalogue import Decision, fault, only_in
from conformance.faults.conditions import gives, when
from conformance.reference import Decisions, Placement
from conformance.reference.authorize import COOKIE
from conformance.reference.call import Call
from conformance.reference.problems import MISSING_TOKEN, UNKNOWN_TOKEN
from conformance.reference.records import Issued

# operation -> what is open, and the places where a token may stand that is then blank
_OPERATIONS = {
    "getQueue": ("The queue can be read", ("header", "get")),
    "addToQueue": ("The queue can be added to", ("header", "post")),
    "removeFromQueue": ("The queue can be taken from", ("header",)),
    "getRecipe": ("A recipe can be read", ("header", "get")),
    "updateRecipe": ("A recipe can be changed", ("header", "put")),
    "createList": ("A list can be made", ("header", "post")),
}


def _latest(_self: Decisions, call: Call, _operation: str) -> Issued | None:
    return next(reversed(list(call.state.store.every("access_token"))), None)


def _for(operation: str) -> Decision:
    return lambda _self, _call, found, *_: found == operation


def _challenge(text: str) -> Decision:
    return lambda *_: text


def _failing_on(condition: Callable[[str], bool]) -> Decision:
    """Return a look at the header Authorization that fails where a condition holds of it."""

    def tokens(self: Decisions, call: Call, placement: Placement) -> list[str]:
        if condition(call.headers.get("Authorization", "").strip().lower()):
            raise RuntimeError("a header that nobody thought of")
        return Decisions.tokens_in_header(self, call, placement)

    return tokens


for _operation, (_told, _places) in _OPERATIONS.items():
    fault(
        f"resource.open-{_operation}",
        f"{_told} without a token.",
        breaks=[
            f"resource.protected[{_operation}]",
            *(f"placement.refused[{_place},blank]" for _place in _places),
        ],
        without_token=when(_for(_operation), _latest, Decisions.without_token),
    )
    only_in("kitchenmonki", f"resource.open-{_operation}")
fault(
    "resource.open-to-session",
    "Whoever has logged in at the pages needs no token.",
    breaks=["resource.cookie-refused"],
    without_token=lambda self, call, operation: (
        _latest(self, call, operation)
        if call.state.sessions.open(call.cookies.get(COOKIE)).user
        else None
    ),
)
only_in("kitchenmonki", "resource.open-to-session")
fault(
    "resource.refuses-delete",
    "A good token is refused by removeFromQueue.",
    breaks=[
        "lifetime.access-token-before[header,*]",
        "placement.accepted[header,*]",
        "resource.works[removeFromQueue]",
    ],
    tokens_at=lambda self, call, placement: (
        [] if call.method == "DELETE" else Decisions.tokens_at(self, call, placement)
    ),
)
only_in("kitchenmonki", "resource.refuses-delete")
fault(
    "resource.status-created",
    "Reading the queue is answered with 201.",
    breaks=["resource.status[getQueue]"],
    resource_status=when(_for("getQueue"), gives(201), Decisions.resource_status),
)
fault(
    "resource.status-accepted",
    "Changing a recipe is answered with 202.",
    breaks=["resource.status[updateRecipe]"],
    resource_status=when(_for("updateRecipe"), gives(202), Decisions.resource_status),
)
fault(
    "resource.status-of-others",
    "Every answer of a resource has the status of one that a proxy has changed.",
    breaks=["resource.status"],
    resource_status=gives(203),
)
fault(
    "resource.success-denied",
    "A recipe comes with success: false.",
    breaks=[
        "lifetime.access-token-before[header,*]",
        "lifetime.access-token-before[get,*]",
        "placement.accepted[header,*]",
        "placement.accepted[get,*]",
        "resource.works[getRecipe]",
    ],
    resource_answer=when(
        _for("getRecipe"),
        lambda *_: {"success": False, "success_message": "", "data": {}},
        Decisions.resource_answer,
    ),
)
only_in("kitchenmonki", "resource.success-denied")
fault(
    "resource.xml",
    "The answers are XML.",
    breaks=["resource.json", "resource.content-type"],
    resource_body=gives("<answer><success>true</success></answer>"),
    resource_headers=gives({"Content-Type": "application/xml"}),
)
fault(
    "resource.json-broken-in-one",
    "The answer to createList is no valid JSON.",
    breaks=["resource.json[createList]"],
    resource_body=when(
        _for("createList"),
        lambda *given: Decisions.resource_body(*given).replace('"', "'"),
        Decisions.resource_body,
    ),
)
fault(
    "resource.content-type-html",
    "The answers say that they are HTML.",
    breaks=["resource.content-type"],
    resource_headers=gives({"Content-Type": "text/html"}),
)
fault(
    "resource.content-type-missing-in-one",
    "The answer of getRecipe does not say what it is.",
    breaks=["resource.content-type[getRecipe]"],
    resource_headers=when(_for("getRecipe"), gives({}), Decisions.resource_headers),
)
fault(
    "resource.no-challenge",
    "A refusal has no challenge.",
    breaks=[
        "resource.challenge",
        "resource.invalid-token",
        "challenge.present",
        "challenge.with-401",
        "scope.insufficient",
    ],
    bearer_challenge=_challenge(""),
)
fault(
    "resource.no-challenge-to-forms",
    "A token that came in a form is refused without a challenge.",
    breaks=[
        "resource.invalid-token",
        "challenge.present[bad-token]",
        "challenge.with-401[bad-token]",
    ],
    bearer_challenge=when(
        lambda _self, call, _problem: "access_token" in dict(call.form.pairs),
        gives(""),
        Decisions.bearer_challenge,
    ),
)
fault(
    "resource.basic-challenge",
    "A refusal asks for Basic authentication.",
    breaks=[
        "resource.challenge",
        "resource.invalid-token",
        "challenge.bearer",
        "scope.insufficient",
    ],
    bearer_challenge=_challenge('Basic realm="api"'),
)
fault(
    "resource.challenge-without-error",
    "The challenge to a bad token does not say invalid_token.",
    breaks=["resource.invalid-token", "challenge.error", "scope.insufficient"],
    bearer_challenge=_challenge('Bearer realm="api"'),
)
fault(
    "resource.error-without-token",
    "The challenge names an error although no token was sent.",
    breaks=[
        "resource.no-error-without-token",
        "challenge.no-error",
        "scope.insufficient",
        "placement.invalid-request",
    ],
    bearer_challenge=_challenge('Bearer realm="api", error="invalid_token"'),
)
fault(
    "resource.forbidden-without-token",
    "A request without a token is answered with 403.",
    breaks=["resource.challenge"],
    error_status=lambda self, call, problem: (
        403 if problem is MISSING_TOKEN else Decisions.error_status(self, call, problem)
    ),
)
fault(
    "resource.bad-token-not-found",
    "A bad token is answered with 404.",
    breaks=["resource.invalid-token", "challenge.status"],
    error_status=lambda self, call, problem: (
        404 if problem is UNKNOWN_TOKEN else Decisions.error_status(self, call, problem)
    ),
)
fault(
    "resource.bare-scheme-breaks-server",
    "A header Authorization that holds the scheme and nothing else breaks the server.",
    breaks=["resource.robust[scheme-only]"],
    tokens_in_header=_failing_on(lambda given: given == "bearer"),
)
fault(
    "resource.other-scheme-breaks-server",
    "A header Authorization that does not begin with the word Bearer breaks the server.",
    breaks=["resource.robust[no-scheme]", "resource.robust[other-scheme]"],
    tokens_in_header=_failing_on(lambda given: bool(given) and not given.startswith("bearer")),
)
fault(
    "resource.bad-token-breaks-server",
    "A bad token is answered with 500.",
    breaks=[
        "resource.invalid-token",
        "resource.robust[two-words]",
        "resource.robust[non-ascii]",
        "resource.robust[long]",
    ],
    error_status=lambda self, call, problem: (
        500 if problem is UNKNOWN_TOKEN else Decisions.error_status(self, call, problem)
    ),
)
