"""The faults that can be made between a client and any server."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from conformance.faults.proxy.catalogue import Answer, Memory, wire_fault
from conformance.faults.proxy.message import Answered, Asked


def _issuing(change: Answer) -> Answer:
    """Return what changes the answers that carry tokens."""
    return lambda memory, asked, told: change(memory, asked, told) if told.issues else told


def _refusing(change: Answer) -> Answer:
    """Return what changes refusals."""
    return lambda memory, asked, told: change(memory, asked, told) if told.refuses else told


def _returning(change: Answer) -> Answer:
    """Return what changes the redirect that carries a code."""
    return lambda memory, asked, told: change(memory, asked, told) if told.code else told


def _again(name: str) -> Answer:
    """Return what answers a value of a parameter as it was answered when it was good."""

    def answer(memory: Memory, asked: Asked, told: Answered) -> Answered:
        value = asked.parameters.get(name)
        if told.issues and value:
            memory[value] = told
        return memory.get(value, told) if told.refuses else told

    return answer


def _first_token(memory: Memory, _asked: Asked, told: Answered) -> Answered:
    return told.with_members(access_token=memory.setdefault("token", told.members["access_token"]))


def _known_secret(memory: Memory, asked: Asked) -> Asked:
    known = memory.get(asked.parameters.get("client_id"))
    return asked.giving("client_secret", known) if known else asked


def _learn_secret(memory: Memory, asked: Asked, told: Answered) -> Answered:
    sent = asked.parameters
    if told.issues and "client_secret" in sent:
        memory.setdefault(sent.get("client_id"), sent["client_secret"])
    return told


def _asked_redirect_uri(memory: Memory, asked: Asked) -> Asked:
    sent = asked.parameters
    if "response_type" in sent and "redirect_uri" in sent:
        memory[sent.get("client_id")] = sent["redirect_uri"]
    known = memory.get(sent.get("client_id"))
    return asked.giving("redirect_uri", known) if known and "code" in sent else asked


def _echo(_memory: Memory, asked: Asked, told: Answered) -> Answered:
    secret = asked.parameters.get("client_secret", "")
    return told.with_members(error_description=f"this was sent: {secret}")


def _open(memory: Memory, asked: Asked, told: Answered) -> Answered:
    """Answer whoever brings no token as somebody was answered who did."""
    if told.good and asked.token:
        memory[asked.place] = told
    shut = told.refuses and not asked.token
    return memory.get(asked.place, told) if shut else told


def _unending(memory: Memory, asked: Asked, told: Answered) -> Answered:
    """Answer every token that was ever issued as one was answered that is alive."""
    if told.issues:
        memory[told.members["access_token"]] = told
    if told.good and asked.token:
        memory[asked.place] = told
    dead = told.refuses and asked.token in memory
    return memory.get(asked.place, told) if dead else told


def _into_fragment(_memory: Memory, _asked: Asked, told: Answered) -> Answered:
    parts = urlsplit(told.header("Location"))
    return told.with_headers(Location=urlunsplit((*parts[:3], "", parts.query)))


def _uncached(_memory: Memory, _asked: Asked, told: Answered) -> Answered:
    return told.with_headers(Cache_Control=None, Pragma=None)


def _as_page(_memory: Memory, _asked: Asked, told: Answered) -> Answered:
    page = replace(told, body=b"<html><body><h1>Something went wrong</h1></body></html>")
    return page.with_headers(Content_Type="text/html")


def _without(member: str) -> Answer:
    return _issuing(lambda _memory, _asked, told: told.with_members(**{member: None}))


wire_fault(
    "wire.expires-in-missing",
    "The answer to a token request has no expires_in.",
    breaks=["answer.expires-in"],
    answer=_without("expires_in"),
)
wire_fault(
    "wire.token-type-missing",
    "The answer to a token request has no token_type.",
    breaks=["answer.token-type"],
    answer=_without("token_type"),
)
wire_fault(
    "wire.refresh-token-missing",
    "The answer to a token request has no refresh_token.",
    breaks=["answer.refresh-token"],
    answer=_without("refresh_token"),
)
wire_fault(
    "wire.token-reused",
    "Whoever asks is given the access token that was issued first.",
    breaks=["value.fresh[access_token]"],
    answer=_issuing(_first_token),
)
wire_fault(
    "wire.cacheable",
    "Token answers may be kept by caches.",
    breaks=["answer.no-store"],
    answer=_issuing(_uncached),
)
wire_fault(
    "wire.text-type",
    "Token answers call themselves plain text.",
    breaks=["answer.content-type"],
    answer=_issuing(lambda _memory, _asked, told: told.with_headers(Content_Type="text/plain")),
)
wire_fault(
    "wire.code-reusable",
    "A code that is used again is answered as the first time.",
    breaks=["code.single-use"],
    answer=_again("code"),
)
wire_fault(
    "wire.refresh-token-reusable",
    "A refresh token that is used again is answered as the first time.",
    breaks=["refresh.old-dead"],
    answer=_again("refresh_token"),
)
wire_fault(
    "wire.secret-unchecked",
    "A client that is known needs no right secret.",
    breaks=["client.refused"],
    ask=_known_secret,
    answer=_learn_secret,
)
wire_fault(
    "wire.redirect-uri-unchecked",
    "At the exchange of a code any redirect_uri will do.",
    breaks=["code.redirect-uri-binding"],
    ask=_asked_redirect_uri,
)
wire_fault(
    "wire.refusal-is-200",
    "Refusals have the status 200.",
    breaks=["error.status"],
    answer=_refusing(lambda _memory, _asked, told: replace(told, status=200)),
)
wire_fault(
    "wire.refusal-is-500",
    "Refusals have the status 500.",
    breaks=["error.status"],
    answer=_refusing(lambda _memory, _asked, told: replace(told, status=500)),
)
wire_fault(
    "wire.refusal-is-a-page",
    "Refusals come as a page for people.",
    breaks=["error.json"],
    answer=_refusing(_as_page),
)
wire_fault(
    "wire.error-renamed",
    "Every refusal has the same made-up error code.",
    breaks=["error.invalid-grant"],
    answer=_refusing(lambda _memory, _asked, told: told.with_members(error="failed")),
)
wire_fault(
    "wire.secret-echoed",
    "Refusals repeat the client's secret.",
    breaks=["error.no-secrets"],
    answer=_refusing(_echo),
)
wire_fault(
    "wire.open",
    "A resource that was opened once is open to everybody.",
    breaks=["resource.protected"],
    answer=_open,
)
wire_fault(
    "wire.token-without-end",
    "An access token is good for ever.",
    breaks=["lifetime.access-token-after"],
    answer=_unending,
)
wire_fault(
    "wire.code-in-fragment",
    "The code comes in the fragment.",
    breaks=["authorize.code-in-query"],
    answer=_returning(_into_fragment),
)
wire_fault(
    "wire.code-and-more",
    "The user's name comes back with the code.",
    breaks=["authorize.only-code"],
    answer=_returning(lambda _memory, _asked, told: told.with_query(user="somebody")),
)
wire_fault(
    "wire.framed",
    "The pages can be framed.",
    breaks=["authorize.framing"],
    answer=lambda _memory, _asked, told: told.with_headers(
        X_Frame_Options=None, Content_Security_Policy=None
    ),
)
