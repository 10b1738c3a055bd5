"""The protected resources: which token came, whether it opens, and what is then done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from werkzeug import Response

from conformance.reference import problems
from conformance.reference.call import Call
from conformance.reference.decisions import Decisions
from conformance.reference.kitchen import Kitchen
from conformance.reference.problems import Problem, RefusedError, needed, require
from conformance.reference.records import Issued
from conformance.reference.settings import Placement

LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Work:
    """A call that was let in, and the user whose data it is about."""

    call: Call
    user_id: str
    told_user_id: object

    @property
    def kitchen(self) -> Kitchen:
        """Return the data of all users."""
        return self.call.state.kitchen

    @property
    def recipe_id(self) -> int:
        """Return the number in the path; whatever is none leads nowhere."""
        text = next(iter(self.call.path_values.values()), "")
        require(re.fullmatch("[1-9][0-9]{0,9}", text), problems.NOT_FOUND)
        require(int(text) <= LARGEST_ID, problems.NOT_FOUND)
        return int(text)


Done = tuple[str, Mapping[str, object]]


class Resources:
    """Answers the calls of the API."""

    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions

    def serve(self, operation: str, call: Call) -> Response:
        """Carry out an operation for the user whose token came."""
        decide = self.decisions
        try:
            message, data = ACTIONS[operation](self._admit(operation, call))
        except RefusedError as refused:
            decide.after_refused_call(call, operation, refused.problem)
            return self.refuse(call, refused.problem)
        answer = decide.resource_answer(call, operation, message, data)
        body = decide.resource_body(call, operation, answer)
        status = decide.resource_status(call, operation)
        return Response(body, status, decide.resource_headers(call, operation))

    def refuse(self, call: Call, problem: Problem) -> Response:
        """Tell why a call is refused."""
        decide = self.decisions
        body = decide.error_body(call, decide.resource_error(call, problem))
        status = decide.error_status(call, problem)
        return Response(body, status, decide.resource_error_headers(call, problem))

    def _admit(self, operation: str, call: Call) -> Work:
        decide = self.decisions
        found = self._presented(operation, call)
        if found:
            placement, value = found[0]
            token = self._check(call, placement, value)
            require(decide.scope_suffices(call, operation, token), problems.INSUFFICIENT_SCOPE)
            user_id = decide.subject_of_access_token(call, operation, token, placement)
        else:
            token = needed(decide.without_token(call, operation), problems.MISSING_TOKEN)
            user_id = token.lineage.subject
        return Work(call, user_id, decide.told_user_id(call, user_id))

    def _presented(self, operation: str, call: Call) -> list[tuple[Placement, str]]:
        decide = self.decisions
        found = [
            (placement, value)
            for placement in decide.placements_read(call, operation)
            for value in decide.tokens_at(call, placement)
        ]
        if len(found) > 1:
            require(not decide.several_tokens_refused(call, operation), problems.SEVERAL_TOKENS)
        return found

    def _check(self, call: Call, placement: Placement, value: str) -> Issued:
        decide = self.decisions
        token = needed(decide.find_access_token(call, value, placement), problems.UNKNOWN_TOKEN)
        require(not decide.revoked(call, token), problems.REVOKED_TOKEN)
        require(decide.access_token_alive(call, token, placement), problems.EXPIRED_TOKEN)
        return token


def _get_queue(work: Work) -> Done:
    queue = [{"recipe_id": one} for one in work.kitchen.queue(work.user_id)]
    return "This is your queue.", {"queue": queue}


def _add_to_queue(work: Work) -> Done:
    work.kitchen.enqueue(work.user_id, work.recipe_id)
    return "The recipe is in your queue.", {"recipe_id": work.recipe_id}


def _remove_from_queue(work: Work) -> Done:
    work.kitchen.dequeue(work.user_id, work.recipe_id)
    return "The recipe is not in your queue any more.", {"recipe_id": work.recipe_id}


def _get_recipe(work: Work) -> Done:
    return "This is the recipe.", {"recipe": work.kitchen.recipe(work.user_id, work.recipe_id)}


def _update_recipe(work: Work) -> Done:
    work.kitchen.change(work.user_id, work.recipe_id, _object(work.call))
    return "The recipe is changed.", {"recipe": work.kitchen.recipe(work.user_id, work.recipe_id)}


def _create_list(work: Work) -> Done:
    made = {"list_id": work.kitchen.new_list(), "user_id": work.told_user_id}
    return "The list is made.", made


def _object(call: Call) -> dict[str, object]:
    """Return the JSON object in the form field `data`, if it can be sent back as JSON."""
    try:
        value = json.loads(call.form.get("data") or "")
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise RefusedError(problems.NOT_AN_OBJECT)
    return value


def _get_resource(work: Work) -> Done:
    return "This resource is yours.", {"user_id": work.told_user_id}


ACTIONS: Mapping[str, Callable[[Work], Done]] = {
    "getQueue": _get_queue,
    "addToQueue": _add_to_queue,
    "removeFromQueue": _remove_from_queue,
    "getRecipe": _get_recipe,
    "updateRecipe": _update_recipe,
    "createList": _create_list,
    "getResource": _get_resource,
    "postResource": _get_resource,
}
