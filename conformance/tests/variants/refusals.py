"""How refusals look: the page shows none (reading KMA-11)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from conformance.reference import Decisions, Placement
from conformance.reference.call import Call
from conformance.reference.problems import (
    EXPIRED_TOKEN,
    MISSING_TOKEN,
    NOT_FOUND,
    REVOKED_TOKEN,
    UNKNOWN_TOKEN,
    Problem,
    require,
)
from conformance.reference.records import Issued

_BAD_TOKEN = (MISSING_TOKEN, UNKNOWN_TOKEN, EXPIRED_TOKEN, REVOKED_TOKEN)
_KNOWN_RECIPES = 1000
_IN_QUEUE = Problem("in-queue", 409, "", "The recipe is in the queue.")


class _Refusing(Decisions):
    """Refusals of one content type and without the headers that the RFCs want."""

    kind = "application/json"

    def token_error_headers(self, call: Call, problem: Problem) -> dict[str, str]:
        del call, problem
        return {"Content-Type": self.kind} if self.kind else {}

    def resource_error_headers(self, call: Call, problem: Problem) -> dict[str, str]:
        return self.token_error_headers(call, problem)


class HtmlErrors(_Refusing):
    """Errors are HTML pages: the page shows no error, so an error may be for people (KMA-11)."""

    kind = "text/html; charset=utf-8"

    def error_body(self, call: Call, answer: Mapping[str, object]) -> str:
        del call, answer
        return "<!doctype html><title>Error</title><h1>This did not work</h1>"


class BareForbidden(_Refusing):
    """Every refusal is a bare 403, which tells no more than that it is one (KMA-11)."""

    kind = ""

    def error_status(self, call: Call, problem: Problem) -> int:
        del call, problem
        return 403

    def error_body(self, call: Call, answer: Mapping[str, object]) -> str:
        del call, answer
        return ""


class FailingWithSuccess(_Refusing):
    """Errors are 200 with a body that says so, as many an API of its time did (KMA-11)."""

    def error_status(self, call: Call, problem: Problem) -> int:
        del call, problem
        return 200

    def resource_error(self, call: Call, problem: Problem) -> dict[str, object]:
        return {"error": self.error_description(call, problem)}


class FailingWithSuccessFalse(FailingWithSuccess):
    """Resources refuse with 200 and `success: false`, which no success carries (KMA-11)."""

    def resource_error(self, call: Call, problem: Problem) -> dict[str, object]:
        return {"success": False, "success_message": self.error_description(call, problem)}


class UnauthorizedForAll(Decisions):
    """Every refusal of tokens is 401 with a Basic challenge; the page names no status (KMA-11)."""

    def error_status(self, call: Call, problem: Problem) -> int:
        del call
        return 401 if problem.status < 404 else problem.status

    def client_challenge(self, call: Call, problem: Problem) -> str:
        del call, problem
        return 'Basic realm="Kitchen, and all that is in it", charset="UTF-8"'


class PlainTextErrors(_Refusing):
    """Errors are one word of plain text (KMA-11)."""

    kind = "text/plain"

    def error_body(self, call: Call, answer: Mapping[str, object]) -> str:
        del call, answer
        return "refused"


class XmlErrors(_Refusing):
    """Errors are XML, as from a gateway in front of the API (KMA-11)."""

    kind = "application/xml"

    def error_body(self, call: Call, answer: Mapping[str, object]) -> str:
        del call, answer
        return '<?xml version="1.0"?><error><code>17</code></error>'


class StructuredErrors(Decisions):
    """The member `error` is an object with a number, where the page names no form (KMA-11)."""

    def token_error(self, call: Call, problem: Problem) -> dict[str, object]:
        return {"error": {"code": 17, "message": self.error_description(call, problem)}}

    def resource_error(self, call: Call, problem: Problem) -> dict[str, object]:
        return {"errors": [self.token_error(call, problem)["error"]]}


class DetailedErrors(Decisions):
    """Errors carry more members, which a client ignores (RFC 6749 section 5.2 has error_uri)."""

    def error_body(self, call: Call, answer: Mapping[str, object]) -> str:
        more = {"error_uri": "https://docs.example/errors#17", "status": 17, "trace": "5f2d"}
        return super().error_body(call, {**answer, **more})


class SpacedErrors(Decisions):
    """Errors are indented JSON after a line break, which RFC 8259 section 2 allows."""

    def error_body(self, call: Call, answer: Mapping[str, object]) -> str:
        del call
        return "\n" + json.dumps(answer, indent=2) + "\n"


class SentToLogin(Decisions):
    """A call without a good token is redirected to a login page, as web frameworks do (KMA-11)."""

    def error_status(self, call: Call, problem: Problem) -> int:
        return 302 if problem in _BAD_TOKEN else super().error_status(call, problem)

    def resource_error_headers(self, call: Call, problem: Problem) -> dict[str, str]:
        found = super().resource_error_headers(call, problem)
        return (
            {**found, "Location": call.settings.authorize.path} if problem in _BAD_TOKEN else found
        )


class FewRecipes(Decisions):
    """A recipe that does not exist is 404: the page promises calls, not that ids are made up."""

    def subject_of_access_token(
        self, call: Call, operation: str, token: Issued, placement: Placement
    ) -> str:
        ids = [int(value) for value in call.path_values.values() if value.isdecimal()]
        require(all(one <= _KNOWN_RECIPES for one in ids), NOT_FOUND)
        return super().subject_of_access_token(call, operation, token, placement)


class NothingTwice(Decisions):
    """What is in the queue is not added again, nor removed what is not (KMA-11)."""

    def subject_of_access_token(
        self, call: Call, operation: str, token: Issued, placement: Placement
    ) -> str:
        user = super().subject_of_access_token(call, operation, token, placement)
        queue = map(str, call.state.kitchen.queue(user))
        there = next(iter(call.path_values.values()), "") in list(queue)
        require(operation != "addToQueue" or not there, _IN_QUEUE)
        require(operation != "removeFromQueue" or there, NOT_FOUND)
        return user


class ClientErrorsAs404(_Refusing):
    """A token that is not good makes a resource 404, so that nobody learns what exists (KMA-11)."""

    def error_status(self, call: Call, problem: Problem) -> int:
        return 404 if problem in _BAD_TOKEN else super().error_status(call, problem)


VARIANTS = (
    HtmlErrors,
    BareForbidden,
    FailingWithSuccess,
    FailingWithSuccessFalse,
    UnauthorizedForAll,
    PlainTextErrors,
    XmlErrors,
    StructuredErrors,
    DetailedErrors,
    SpacedErrors,
    SentToLogin,
    FewRecipes,
    NothingTwice,
    ClientErrorsAs404,
)
