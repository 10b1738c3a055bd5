"""Exchanges -> how far they overlapped: a race is shown, not hoped for."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.wire import Exchange


def most_at_once(exchanges: Sequence[Exchange]) -> int:
    """Return how many answered exchanges were under way at the same moment."""
    answered = [one for one in exchanges if one.response]
    moments = (one.sent_at for one in answered)
    return max(
        (sum(one.sent_at <= at < one.received_at for one in answered) for at in moments), default=0
    )
