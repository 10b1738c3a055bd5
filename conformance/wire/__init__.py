"""The door to the network: every request of the suite goes through here and is recorded.

`Wire` speaks through `requests`; `raw` says what `requests` cannot. Both keep to the declared
hosts, the rate, the number of requests, the timeouts and the size of an answer.
"""

from conformance.wire.adapter import WireAdapter, session_through
from conformance.wire.exchange import Exchange, Failure, Request, Response, parsed, url_parts
from conformance.wire.limits import Budget, BudgetSpent, Limits
from conformance.wire.raw import RawRequest, send_raw, send_together
from conformance.wire.received import received
from conformance.wire.session import Browser, ForeignHost, Unsendable, Wire

__all__ = [
    "Browser",
    "Budget",
    "BudgetSpent",
    "Exchange",
    "Failure",
    "ForeignHost",
    "Limits",
    "RawRequest",
    "Request",
    "Response",
    "Unsendable",
    "Wire",
    "WireAdapter",
    "parsed",
    "received",
    "send_raw",
    "send_together",
    "session_through",
    "url_parts",
]
