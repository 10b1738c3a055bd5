"""Check cases that no fault turns red, each with the reason why none can.

Of generated checks the check itself stands here.
"""

from __future__ import annotations

from collections.abc import Mapping

UNPROVABLE: Mapping[str, str] = {
    "association.placement[put]": (
        "no operation of the contract both reads a token in a PUT parameter and tells whose it is"
    ),
    "error.no-secrets[missing-secret]": "the request holds no secret that could be repeated",
    "lifecycle.transitions": "it says what was exercised: it is green or inconclusive, never red",
}
