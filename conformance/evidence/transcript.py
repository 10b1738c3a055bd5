"""An exchange -> how it is told: what went over the wire, with a name for every secret."""

from __future__ import annotations

from conformance.evidence.record import Line
from conformance.evidence.redaction import Redactor
from conformance.evidence.visible import visible
from conformance.wire import Exchange
from conformance.wire.exchange import Headers

BODY_LIMIT = 20_000
"""How many characters of a body are kept."""
_LOOKED_AT = 4 * BODY_LIMIT
_UNSAFE = 2 * BODY_LIMIT
_BETWEEN = "\x1e"  # no header may hold it (RFC 9110 section 5.5)


class Transcript:
    """Tells exchanges without the secrets that a redactor knows."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def line(self, exchange: Exchange, check: str | None, ahead: float = 0.0) -> Line:
        """Return an exchange as a line of the journal.

        `ahead` is by how many seconds the target's clock had been moved.
        """
        names: set[str] = set()
        request, response = exchange.request, exchange.response
        sent = {
            "method": request.method,
            "url": self._shown(request.url, names),
            "headers": self._headers(request.headers, names),
            "body": self._body(request.body, names),
        }
        answered = response and {
            "status": response.status,
            "reason": self._shown(response.reason, names),
            "headers": self._headers(response.headers, names),
            "body": self._body(response.body, names),
        }
        return {
            "type": "exchange",
            "number": exchange.number,
            "check": check,
            "request": sent,
            "response": answered,
            "failure": exchange.failure,
            "sent_at": round(exchange.sent_at, 6),
            "ahead": round(ahead, 3),
            "duration": round(exchange.duration, 6),
            "names": sorted(names),
        }

    def _headers(self, headers: Headers, names: set[str]) -> list[list[str]]:
        # One search for all of them is quicker than one for each.
        texts = [text for pair in headers for text in pair]
        redacted, found = self._redactor.redact_naming(_BETWEEN.join(texts))
        names |= found
        shown = [visible(text) for text in redacted.split(_BETWEEN)] if texts else []
        if len(shown) != len(texts):  # a header holds the separator itself
            shown = [self._shown(text, names) for text in texts]
        return [list(pair) for pair in zip(shown[::2], shown[1::2], strict=True)]

    def _body(self, body: bytes, names: set[str]) -> str:
        # Redacted before it is cut: half a secret at the cut would be a secret still. For the same
        # reason the end of what was looked at is not shown where a body goes on.
        text = body.decode("utf-8", "backslashreplace")
        shown = self._shown(text[:_LOOKED_AT], names)
        unseen = max(0, len(text) - _LOOKED_AT)
        kept = shown[: min(BODY_LIMIT, len(shown) - _UNSAFE)] if unseen else shown[:BODY_LIMIT]
        cut = len(shown) - len(kept) + unseen
        return f"{kept}\n[{cut} more characters were cut]" if cut else kept

    def _shown(self, text: str, names: set[str]) -> str:
        redacted, found = self._redactor.redact_naming(text)
        names |= found
        return visible(redacted)
