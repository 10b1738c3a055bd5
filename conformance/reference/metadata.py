"""The metadata endpoint: what the server says of itself (RFC 8414 section 3)."""

from __future__ import annotations

from werkzeug import Response

from conformance.reference.call import Call
from conformance.reference.decisions import Decisions


class MetadataEndpoint:
    """Publishes the metadata to whoever asks."""

    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions

    def __call__(self, call: Call) -> Response:
        """Answer a request for the metadata."""
        decide = self.decisions
        body = decide.metadata_body(call, decide.metadata(call))
        return Response(body, decide.metadata_status(call), decide.metadata_headers(call))
