"""Check cases that no fault turns red, each with the reason why none can.

Of generated checks the check itself stands here.
"""

from __future__ import annotations

from collections.abc import Mapping

UNPROVABLE: Mapping[str, str] = {
    "association.placement[put]": (
        "no operation of the contract both reads a token in a PUT parameter and tells whose it is"
    ),
    "metadata.published": "whether there is metadata stands in the target file, not in the server",
    "query.ignored": "the query is a place for tokens but in the profile oauth21",
    "redirect.encrypted": "the redirect_uris of a server's clients are no decision of the server",
    **{
        f"transport.encrypted[{part}]": "on loopback, where faults are tried, there is no TLS"
        for part in ("authorize", "token", "revocation", "introspection", "metadata", "api")
    },
    "error.no-secrets[missing-secret]": "the request holds no secret that could be repeated",
    "http.head-empty": "what carries the reference server's answers sends no content to HEAD",
    "http.head-like-get": "the reference server answers no HEAD, so that none gets past a token",
    "lifecycle.transitions": "it says what was exercised: it is green or inconclusive, never red",
}
