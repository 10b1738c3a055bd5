"""What the documents promise: a folder of `specs/`, read once into frozen values.

This is the only room that reads YAML, and the only one that knows where `specs/` lies.
"""

from conformance.contract.errors import ContractError
from conformance.contract.folders import find, shipped
from conformance.contract.model import (
    Contract,
    Deviation,
    Document,
    Grant,
    Level,
    Lifetime,
    Margin,
    Operation,
    Placement,
    Reading,
    Requirement,
)
from conformance.contract.reader import load
from conformance.contract.selector import Selector

__all__ = [
    "Contract",
    "ContractError",
    "Deviation",
    "Document",
    "Grant",
    "Level",
    "Lifetime",
    "Margin",
    "Operation",
    "Placement",
    "Reading",
    "Requirement",
    "Selector",
    "find",
    "load",
    "shipped",
]
