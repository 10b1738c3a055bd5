"""Results -> `results.json`, for scripts; its schema is `schema/results.schema.json`."""

from __future__ import annotations

import json

from conformance.evidence import Record
from conformance.verdict.results import Results, to_json


def render(_record: Record, results: Results) -> bytes:
    """Return the file; equal results give equal bytes."""
    text = json.dumps(to_json(results), indent=2, ensure_ascii=False)
    return (text + "\n").encode("utf-8", "backslashreplace")
