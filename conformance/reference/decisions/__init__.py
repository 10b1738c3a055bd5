"""Every decision of the server, each one small method.

To build a server that differs in one point, override one method and hand the object to
`create_app`. Nothing else in the server chooses anything.
"""

from __future__ import annotations

from conformance.reference.decisions.answer import AnswerDecisions
from conformance.reference.decisions.authorize import AuthorizeDecisions
from conformance.reference.decisions.code import CodeDecisions
from conformance.reference.decisions.error import ErrorDecisions
from conformance.reference.decisions.introspection import IntrospectionDecisions
from conformance.reference.decisions.page import PageDecisions
from conformance.reference.decisions.refresh import RefreshDecisions
from conformance.reference.decisions.resource import ResourceDecisions
from conformance.reference.decisions.revocation import RevocationDecisions

__all__ = ["Decisions"]


class Decisions(
    AuthorizeDecisions,
    CodeDecisions,
    IntrospectionDecisions,
    RevocationDecisions,
    RefreshDecisions,
    AnswerDecisions,
    ResourceDecisions,
    PageDecisions,
    ErrorDecisions,
):
    """What a lawful server decides."""
