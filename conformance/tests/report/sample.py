"""What the run of the report tests is about: a made-up contract, and a page full of traps."""

from __future__ import annotations

from typing import Any

CLIENT_SECRET = "s3cret/of+the=client"
SECRETS = (CLIENT_SECRET, "code/for-you-0123456789", "live-token-0000", "session-value-0123456789")
HOSTILE = (
    b"<script>alert(1)</script></pre><!-- \x00 \x1b]0;title\x07 \xff ```\n"
    b"| a | [x](http://evil.example) -- ]]> &amp; "
    b'<a href="javascript:alert(1)">x</a>'
)

CASES = (
    "code.single-use",
    "answer.no-store[authorization_code]",
    "placement.accepted[header]",
    "refresh.old-access-token",
    "popup.opener",
    "association.clients-apart",
    "lifetime.code-after[late]",
    "grant.issues[implicit]",
    "race.code",
)


def requirement(name: str, level: str, *checks: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a requirement as the header of a journal holds it."""
    return {
        "id": name,
        "level": level,
        "document": "KM",
        "section": "Codes",
        "source": "Authentication page, Codes",
        "statement": f"The statement of {name} & what it <means>.",
        "origin": "explicit",
        "severity": "security",
        "checks": list(checks),
        "excluded": None,
        "why": None,
        "readings": [],
        **members,
    }


def header(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a JSON object
    """Return the members of a journal's header."""
    rfc = {"document": "RFC6749", "source": "RFC 6749, section 5.1", "section": "5.1"}
    return {
        "suite": "oauth2-conformance 0.1.0",
        "contract": {"name": "kitchenmonki", "version": "1.0.0", "digest": "0" * 64},
        "target": {"name": "sample", "url": "http://127.0.0.1:1"},
        "profile": None,
        "clock": "control",
        "consent": "form",
        "seed": 7,
        "effort": "gate",
        "started": "2026-01-02T03:04:05Z",
        "selection": {"only": []},
        "endpoints": {"authorize": "http://127.0.0.1:1/authorize"},
        "faults": [
            {
                "id": "code.reusable",
                "sentence": "A code works more than once.",
                "breaks": ["code.single-use"],
            }
        ],
        "cases": list(CASES),
        "accept": {},
        "documents": [
            {"id": "KM", "title": "Authentication page", "cap": "MUST"},
            {"id": "RFC6749", "title": "RFC 6749", "cap": "SHOULD"},
        ],
        "requirements": [
            requirement("KM-34", "MUST", "code.single-use", readings=["KMA-1"]),
            requirement("KM-72", "MUST", "placement.accepted[*]"),
            requirement("KM-42", "MUST", "popup.opener", section="Popup"),
            requirement("KM-07", "MUST", "association.clients-apart", section="Popup"),
            requirement("KM-36", "MUST", "lifetime.code-after[late]"),
            requirement("KM-49", "MUST", excluded="It is about the client, not the service."),
            requirement("KM-60", "INFO", "refresh.old-access-token"),
            requirement("RFC6749-5.1-9", "SHOULD", "answer.no-store[*]", **rfc),
            requirement("RFC6749-4.2", "SHOULD", "grant.issues[implicit]", **rfc),
            requirement("RFC6749-10.5", "SHOULD", "race.code", "code.single-use", **rfc),
        ],
        "readings": [
            {
                "id": "KMA-1",
                "question": "May a code be used twice?",
                "readings": ["once", "until it expires"],
                "taken": "once",
                "why": "RFC 6749 says so.",
                "affects": ["KM-34"],
            }
        ],
        "deviations": [
            {
                "requirements": ["KM-72"],
                "against": ["RFC6749-3.2-1"],
                "kind": "contradiction",
                "why": "The page grants over GET.",
            }
        ],
        **members,
    }
