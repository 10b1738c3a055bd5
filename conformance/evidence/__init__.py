"""Exchanges -> a journal without secrets.

What is written here is all that a report is made of; nothing here knows a requirement.
"""

from conformance.evidence.journal import Journal, JournalError
from conformance.evidence.merging import gather, merge
from conformance.evidence.record import Record, read
from conformance.evidence.redaction import Redactor
from conformance.evidence.transcript import Transcript

__all__ = [
    "Journal",
    "JournalError",
    "Record",
    "Redactor",
    "Transcript",
    "gather",
    "merge",
    "read",
]
