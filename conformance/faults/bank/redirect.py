"""The redirect_uri: compared too loosely, followed too readily (RFC 6749 section 3.1.2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from conformance.faults.catalogue import Decision, fault
from conformance.faults.conditions import authorizing, never, when
from conformance.reference import Client, Decisions
from conformance.reference.call import Call


def _also(extra: Callable[[str, str], object]) -> Decision:
    """Return a comparison that takes more than what is right, by the URI and the registered one."""

    def registered(self: Decisions, call: Call, client: Client, uri: str) -> bool:
        right = Decisions.redirect_uri_registered(self, call, client, uri)
        return right or bool(extra(uri, client.redirect_uri))

    return registered


def _equal(view: Callable[[str], object]) -> Decision:
    """Return a comparison that takes what looks like the registered one in a view."""
    return _also(lambda uri, registered: view(uri) == view(registered))


def _host(uri: str) -> str:
    return urlsplit(uri).hostname or ""


def _same_but_host(uri: str, registered: str) -> bool:
    mine, theirs = (urlsplit(one) for one in (uri, registered))
    return (mine.scheme, mine.path, mine.query) == (theirs.scheme, theirs.path, theirs.query)


def _without_user(uri: str) -> str:
    parts = urlsplit(uri)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _without_port(uri: str) -> str:
    return re.sub(r"^(https?://[^/?#@\\]+?):\d+(?=[/?#]|$)", r"\1", uri)


def _is_odd(uri: str, _registered: str) -> bool:
    return urlsplit(uri).scheme not in ("http", "https")


def _normal(uri: str) -> str:
    parts = urlsplit(uri)
    path = urlsplit(urljoin("http://x/", parts.path)).path
    return urlunsplit(parts._replace(path=path))


def _of_anybody(self: Decisions, call: Call, client: Client, uri: str) -> bool:
    known = any(uri == one.redirect_uri for one in call.settings.clients)
    return known or Decisions.redirect_uri_registered(self, call, client, uri)


def _remember_last(self: Decisions, call: Call, client: Client, uri: str) -> bool:
    sent = call.query.every("redirect_uri")
    self.__dict__["last"] = sent[-1] if len(sent) > 1 else None
    return Decisions.redirect_uri_registered(self, call, client, uri)


def _last_redirect_uri(self: Decisions, call: Call, asked: Any) -> str:  # noqa: ANN401
    return self.__dict__.get("last") or Decisions.return_uri(self, call, asked)


def _first_redirect_uri(self: Decisions, call: Call, client: Client, uri: str) -> bool:
    repeated = len(call.query.every("redirect_uri")) > 1
    return repeated or Decisions.redirect_uri_registered(self, call, client, uri)


def _silent_page(self: Decisions, call: Call, name: str, values: dict[str, object]) -> str:
    return "" if name == "error" else Decisions.page(self, call, name, values)


def _elsewhere(_self: Decisions, call: Call, asked: Any) -> str:  # noqa: ANN401
    found: str = asked.redirect_uri
    return found if asked.sent_redirect_uri else call.settings.clients[1].redirect_uri


fault(
    "redirect.beginning-is-enough",
    "A redirect_uri is taken that begins like the registered one.",
    breaks=[
        "redirect.exact[added-query]",
        "redirect.exact[encoded-parent]",
        "redirect.exact[fragment]",
        "redirect.exact[longer-path]",
        "redirect.exact[parent-folder]",
        "redirect.exact[path-suffix]",
        "redirect.exact[trailing-slash]",
        "redirect.exact[trailing-space]",
    ],
    redirect_uri_registered=_also(lambda uri, registered: uri.startswith(registered)),
)
fault(
    "redirect.host-is-enough",
    "Any redirect_uri on the registered host is taken.",
    breaks=[
        "public.redirect-uri[loopback]",
        "redirect.exact[added-query]",
        "redirect.exact[backslash]",
        "redirect.exact[dot-segment]",
        "redirect.exact[encoded-letter]",
        "redirect.exact[encoded-parent]",
        "redirect.exact[fragment]",
        "redirect.exact[longer-path]",
        "redirect.exact[other-port]",
        "redirect.exact[other-scheme]",
        "redirect.exact[parent-folder]",
        "redirect.exact[path-case]",
        "redirect.exact[path-suffix]",
        "redirect.exact[shorter-path]",
        "redirect.exact[trailing-slash]",
        "redirect.exact[trailing-space]",
        "redirect.exact[upper-case-host]",
        "redirect.exact[user-name]",
    ],
    redirect_uri_registered=_equal(_host),
)
fault(
    "redirect.host-ending-is-enough",
    "A redirect_uri is taken whose host ends like the registered one.",
    breaks=[
        "redirect.exact[backslash]",
        "redirect.exact[fragment]",
        "redirect.exact[host-prefix]",
        "redirect.exact[other-port]",
        "redirect.exact[sub-domain]",
        "redirect.exact[upper-case-host]",
        "redirect.exact[user-name]",
    ],
    redirect_uri_registered=_also(
        lambda uri, registered: (
            _same_but_host(uri, registered) and _host(uri).endswith(_host(registered))
        )
    ),
)
fault(
    "redirect.host-beginning-is-enough",
    "A redirect_uri is taken whose host begins like the registered one.",
    breaks=[
        "redirect.exact[backslash]",
        "redirect.exact[fragment]",
        "redirect.exact[host-suffix]",
        "redirect.exact[other-port]",
        "redirect.exact[upper-case-host]",
        "redirect.exact[user-name]",
    ],
    redirect_uri_registered=_also(
        lambda uri, registered: (
            _same_but_host(uri, registered) and _host(uri).startswith(_host(registered))
        )
    ),
)
fault(
    "redirect.query-ignored",
    "The query of a redirect_uri is not compared.",
    breaks=[
        "redirect.exact[added-query]",
    ],
    redirect_uri_registered=_equal(lambda uri: uri.partition("?")[0]),
)
fault(
    "redirect.fragment-ignored",
    "The fragment of a redirect_uri is not compared.",
    breaks=[
        "redirect.exact[fragment]",
    ],
    redirect_uri_registered=_equal(lambda uri: uri.partition("#")[0]),
)
fault(
    "redirect.case-ignored",
    "A redirect_uri is compared without regard to case.",
    breaks=[
        "redirect.exact[path-case]",
        "redirect.exact[upper-case-host]",
    ],
    redirect_uri_registered=_equal(str.lower),
)
fault(
    "redirect.port-ignored",
    "The port of a redirect_uri is not compared.",
    breaks=["redirect.exact[other-port]"],
    redirect_uri_registered=_equal(_without_port),
)
fault(
    "redirect.scheme-ignored",
    "The scheme of a redirect_uri is not compared.",
    breaks=[
        "redirect.exact[other-scheme]",
    ],
    redirect_uri_registered=_equal(lambda uri: uri.partition(":")[2]),
)
fault(
    "redirect.slash-ignored",
    "A slash at the end of a redirect_uri does not count.",
    breaks=[
        "redirect.exact[trailing-slash]",
    ],
    redirect_uri_registered=_equal(
        lambda uri: uri.partition("?")[0].rstrip("/") + uri.partition("?")[2]
    ),
)
fault(
    "redirect.space-ignored",
    "A space at the end of a redirect_uri does not count.",
    breaks=[
        "redirect.exact[trailing-space]",
    ],
    redirect_uri_registered=_equal(str.strip),
)
fault(
    "redirect.user-ignored",
    "A user name in a redirect_uri does not count.",
    breaks=[
        "redirect.exact[backslash]",
        "redirect.exact[user-name]",
    ],
    redirect_uri_registered=_equal(_without_user),
)
fault(
    "redirect.decoded",
    "A redirect_uri is decoded before it is compared.",
    breaks=[
        "redirect.exact[encoded-letter]",
    ],
    redirect_uri_registered=_equal(unquote),
)
fault(
    "redirect.normalised",
    "A redirect_uri is normalised before it is compared.",
    breaks=[
        "redirect.exact[dot-segment]",
    ],
    redirect_uri_registered=_equal(_normal),
)
fault(
    "redirect.place-contained",
    "A redirect_uri is taken that holds the registered host anywhere.",
    breaks=[
        "redirect.exact[added-query]",
        "redirect.exact[backslash]",
        "redirect.exact[dot-segment]",
        "redirect.exact[encoded-letter]",
        "redirect.exact[encoded-parent]",
        "redirect.exact[fragment]",
        "redirect.exact[host-prefix]",
        "redirect.exact[longer-path]",
        "redirect.exact[other-port]",
        "redirect.exact[other-scheme]",
        "redirect.exact[parent-folder]",
        "redirect.exact[path-case]",
        "redirect.exact[path-suffix]",
        "redirect.exact[shorter-path]",
        "redirect.exact[sub-domain]",
        "redirect.exact[trailing-slash]",
        "redirect.exact[trailing-space]",
        "redirect.exact[user-info]",
        "redirect.exact[user-name]",
    ],
    redirect_uri_registered=_also(
        lambda uri, registered: urlsplit(registered).netloc in uri.partition("?")[0]
    ),
)
fault(
    "redirect.folder-is-enough",
    "A redirect_uri is taken that the registered one begins with.",
    breaks=[
        "redirect.exact[shorter-path]",
    ],
    redirect_uri_registered=_also(lambda uri, registered: registered.startswith(uri)),
)
fault(
    "redirect.odd-taken",
    "A redirect_uri that is no URL of the web is taken.",
    breaks=[
        "public.redirect-uri[own-scheme]",
        "redirect.no-place",
    ],
    redirect_uri_registered=_also(_is_odd),
)
fault(
    "redirect.of-anybody",
    "A redirect_uri is taken that any client has registered.",
    breaks=["redirect.other-clients"],
    redirect_uri_registered=_of_anybody,
)
fault(
    "redirect.last-wins",
    "Of two redirect_uris the first is checked and the last one used.",
    breaks=["redirect.repeated[foreign-last]", "request.repeated"],
    repetition_refused=when(authorizing, never, Decisions.repetition_refused),
    redirect_uri_registered=_remember_last,
    return_uri=_last_redirect_uri,
)
fault(
    "redirect.several-unchecked",
    "Where several redirect_uris come, none is checked.",
    breaks=["redirect.repeated[foreign-first]", "request.repeated"],
    repetition_refused=when(authorizing, never, Decisions.repetition_refused),
    redirect_uri_registered=_first_redirect_uri,
)
fault(
    "redirect.error-page-blank",
    "The page that should tell of an error is blank.",
    breaks=["redirect.told"],
    page=_silent_page,
)
fault(
    "redirect.omitted-leads-astray",
    "Without a redirect_uri the browser is sent to that of another client.",
    breaks=["redirect.omitted-stays"],
    return_uri=_elsewhere,
)
fault(
    "redirect.sends-body-again",
    "The way back is a 307, which sends the form once more.",
    breaks=[
        "redirect.drops-body",
        "redirect.see-other",
    ],
    return_status=lambda *_: 307,
)
fault(
    "redirect.found",
    "The way back is a 302.",
    breaks=["redirect.see-other"],
    return_status=lambda *_: 302,
)
