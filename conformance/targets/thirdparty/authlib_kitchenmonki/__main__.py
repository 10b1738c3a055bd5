"""Serves on the loopback interface until ended: `python -m authlib_kitchenmonki --port N`."""

from __future__ import annotations

from argparse import ArgumentParser

from cheroot.wsgi import Server

try:
    from .app import app
except ModuleNotFoundError as absent:
    raise SystemExit(f"{absent.name} is not installed: pip install authlib flask") from None

# Idle connections outlive any jump of the clock, so that no request meets one that is closing.
IDLE_TIMEOUT = 365 * 24 * 3600

parser = ArgumentParser(prog="authlib_kitchenmonki", description="The page, served by Authlib.")
parser.add_argument("--port", type=int, required=True)
Server(("127.0.0.1", parser.parse_args().port), app, timeout=IDLE_TIMEOUT).safe_start()
