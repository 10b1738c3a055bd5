"""Proof Key for Code Exchange: a verifier, and the challenge sent ahead of it (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import secrets


def new_verifier() -> str:
    """Return a fresh code verifier: 43 characters with 256 bits of chance (section 4.1)."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> dict[str, str]:
    """Return what an authorization request carries for a verifier, by S256 (sections 4.2, 4.3)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    encoded = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return {"code_challenge": encoded, "code_challenge_method": "S256"}
