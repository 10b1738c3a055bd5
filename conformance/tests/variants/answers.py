"""What answers hold, and the headers that they come with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from conformance.reference import Application, Client, Clock, Decisions, Settings, User
from conformance.reference.call import Call
from conformance.reference.records import Issued


class MoreMembers(Decisions):
    """The answer has more members, which a client must ignore (RFC 6749 section 5.1)."""

    def token_answer(self, call: Call, access: Issued, refresh: Issued) -> dict[str, object]:
        more = {"created_at": int(call.now), "refresh_token_expires_in": 1209600, "user": {"id": 7}}
        return {**more, **super().token_answer(call, access, refresh)}


class NoScope(Decisions):
    """There is no member scope, as RFC 6749 section 5.1 allows (KMA-09)."""

    def token_answer(self, call: Call, access: Issued, refresh: Issued) -> dict[str, object]:
        answer = super().token_answer(call, access, refresh)
        return {name: value for name, value in answer.items() if name != "scope"}


class ScopeString(Decisions):
    """The scope is a string that names a default one (KMA-09)."""

    def answer_scope(self, call: Call, access: Issued) -> object:
        del call, access
        return "basic recipes:write"


class Capitalized(Decisions):
    """The token type is Bearer, for case does not matter in it (RFC 6749 section 5.1)."""

    def answer_token_type(self, call: Call, access: Issued) -> object:
        del call, access
        return "Bearer"


class FloatingLifetime(Decisions):
    """expires_in is 3600.0, which is the same JSON number (RFC 8259 section 6)."""

    def answer_expires_in(self, call: Call, access: Issued) -> object:
        return self.access_token_lifetime(call, access)


class Indented(Decisions):
    """The answer is indented JSON in UTF-8, and its content type says so (RFC 8259)."""

    def token_body(self, call: Call, answer: Mapping[str, object]) -> str:
        del call
        return "\n" + json.dumps({**answer, "greeting": "Grüß Gott"}, indent=4, ensure_ascii=False)

    def token_headers(self, call: Call) -> dict[str, str]:
        return {**super().token_headers(call), "Content-Type": "application/json; charset=UTF-8"}


class OldContentType(Decisions):
    """JSON is labelled as JavaScript, as servers of the page's time did; it names no header."""

    def token_headers(self, call: Call) -> dict[str, str]:
        return {**super().token_headers(call), "Content-Type": "text/javascript"}

    def resource_headers(self, call: Call, operation: str) -> dict[str, str]:
        return {**super().resource_headers(call, operation), "Content-Type": "text/javascript"}


class NoPragma(Decisions):
    """Pragma is left out: Cache-Control says it all since HTTP/1.1 (RFC 9111 section 5.4)."""

    def token_headers(self, call: Call) -> dict[str, str]:
        del call
        return {"Content-Type": "application/json", "Cache-Control": "no-cache, No-Store, private"}


class Cacheable(Decisions):
    """No header forbids to keep an answer: the page asks for none."""

    def token_headers(self, call: Call) -> dict[str, str]:
        del call
        return {"Content-Type": "application/json"}

    def resource_headers(self, call: Call, operation: str) -> dict[str, str]:
        del operation
        return self.token_headers(call)


class NumericUserIds(Application):
    """User ids are JSON numbers: the page does not say what an id looks like."""

    def __init__(self, settings: Settings, decisions: Decisions, clock: Clock) -> None:
        del decisions
        numbers = {user.id: str(1000 + number) for number, user in enumerate(settings.users)}
        users = tuple(User(numbers[one.id], one.name, one.password) for one in settings.users)
        clients = tuple(
            Client(one.id, one.secret, one.redirect_uri, numbers[one.owner])
            for one in settings.clients
        )
        super().__init__(replace(settings, users=users, clients=clients), _Numbers(), clock)


class _Numbers(Decisions):
    """Tell ids as numbers."""

    def told_user_id(self, call: Call, user_id: str) -> object:
        del call
        return int(user_id)


class BusyAnswers(Decisions):
    """Resources say more than is documented, which their readers ignore."""

    def resource_answer(
        self, call: Call, operation: str, message: str, data: Mapping[str, object]
    ) -> dict[str, object]:
        more = {"version": 2, "warnings": [], "error": None, "debug": {"ms": 3}}
        return {**super().resource_answer(call, operation, message, data), **more}


VARIANTS = (
    MoreMembers,
    NoScope,
    ScopeString,
    Capitalized,
    FloatingLifetime,
    Indented,
    OldContentType,
    NoPragma,
    Cacheable,
    NumericUserIds,
    BusyAnswers,
)
