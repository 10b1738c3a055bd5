"""The embedded reference server: the Authentication page as a real HTTP service on loopback.

It imports nothing else of this project, so that a shared mistake cannot hide. Every decision it
takes is one method of `Decisions`; what it serves, and where, stands in `Settings`.
"""

from conformance.reference.app import Application, create_app
from conformance.reference.clock import Clock
from conformance.reference.decisions import Decisions
from conformance.reference.server import Server
from conformance.reference.settings import Client, Placement, Route, Settings, User
from conformance.reference.workbench import HELPER_PATH

__all__ = [
    "HELPER_PATH",
    "Application",
    "Client",
    "Clock",
    "Decisions",
    "Placement",
    "Route",
    "Server",
    "Settings",
    "User",
    "create_app",
]
