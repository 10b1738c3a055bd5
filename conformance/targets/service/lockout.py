"""Whether a target lets nobody in any more, as after many mistakes."""

from __future__ import annotations

from contextlib import suppress

from conformance.targets.service.service import Service
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, of_grant

_SERVER_ERROR = 500  # RFC 9110 section 15.6


def locked_out(service: Service) -> bool:
    """Tell whether what yielded a token at the start is refused now.

    A server that has broken down since refuses nothing.
    """
    if service.opening is None:
        return False
    with service.watched() as seen, suppress(Inconclusive, NotApplicable):
        if of_grant(service.send(service.grant_request(service.opening))) is Answer.YES:
            return False
    return bool(seen) and 0 < seen[-1].status < _SERVER_ERROR
