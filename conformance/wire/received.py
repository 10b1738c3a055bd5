"""An answer that did not come by way of `requests`, as `requests` hands it on."""

from __future__ import annotations

import io
from collections.abc import Iterable
from http.client import HTTPMessage

import requests
from requests.cookies import extract_cookies_to_jar
from urllib3 import HTTPHeaderDict, HTTPResponse

Pairs = Iterable[tuple[str, str]]


def received(
    request: requests.PreparedRequest, status: int, reason: str, pairs: Pairs, body: bytes
) -> requests.Response:
    """Return an answer with its header pairs as they came, and the cookies that it sets."""
    kept = list(pairs)
    cookies = [pair for pair in kept if pair[0].lower() == "set-cookie"]
    answer = requests.Response()
    answer.status_code, answer.reason = status, reason
    answer.raw = HTTPResponse(
        body=io.BytesIO(body),
        headers=HTTPHeaderDict(kept),
        preload_content=False,
        original_response=_Original(cookies),  # type: ignore[arg-type]  # what `requests` asks
    )
    if cookies:
        extract_cookies_to_jar(answer.cookies, request, answer.raw)  # type: ignore[no-untyped-call]
    return answer


class _Original:
    """What `requests` asks for `Set-Cookie`: the answer as `http.client` would give it."""

    def __init__(self, pairs: Pairs) -> None:
        self.msg = HTTPMessage()
        for name, value in pairs:
            self.msg.add_header(name, value)

    def isclosed(self) -> bool:
        return True

    def close(self) -> None:
        """Close nothing: there is no connection."""
