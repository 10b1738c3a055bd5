"""A target file -> a live target: its start, its consent pages, its clock, its timeline."""

from conformance.targets.consent.driver import Decision, Visit
from conformance.targets.description.file import TargetFile
from conformance.targets.effort import Effort
from conformance.targets.grants import (
    Client,
    Code,
    Companions,
    GrantRequest,
    Pairs,
    Tokens,
    User,
)
from conformance.targets.live import LiveTarget, start, start_in_process
from conformance.targets.pending import Entry, Pending
from conformance.targets.service.service import Service
from conformance.targets.service.undecided import Undecided
from conformance.targets.timeline import Timeline
from conformance.targets.window import Span, Window

__all__ = [
    "Client",
    "Code",
    "Companions",
    "Decision",
    "Effort",
    "Entry",
    "GrantRequest",
    "LiveTarget",
    "Pairs",
    "Pending",
    "Service",
    "Span",
    "TargetFile",
    "Timeline",
    "Tokens",
    "Undecided",
    "User",
    "Visit",
    "Window",
    "start",
    "start_in_process",
]
