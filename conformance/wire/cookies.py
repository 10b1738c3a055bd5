"""The cookies of one person, kept and sent as browsers do."""

from __future__ import annotations

import ipaddress
import urllib.request
import warnings
from http.cookiejar import Cookie, DefaultCookiePolicy
from urllib.parse import urlsplit

from requests.cookies import RequestsCookieJar

# What a jar cannot read of a target's cookies, such as a date of a year that no clock knows, it
# calls a bug of its own, and leaves the cookie out.
warnings.filterwarnings("ignore", "http.cookiejar bug!", UserWarning)


def new_jar() -> RequestsCookieJar:
    """Return an empty jar; a cookie that names no domain goes to its own host, and to no other.

    The jar of Python sends it to those below as well (RFC 6265 section 5.4 does not).
    """
    own_host = DefaultCookiePolicy.DomainStrictNonDomain
    return RequestsCookieJar(policy=_TrustsThisMachine(strict_ns_domain=own_host))


class _TrustsThisMachine(DefaultCookiePolicy):
    """Sends cookies that are marked Secure to the loopback interface without TLS too.

    Browsers hold it potentially trustworthy (W3C Secure Contexts, section 3.1), and servers that
    mark all their cookies rely on that in tests on one machine.
    """

    def return_ok_secure(self, cookie: Cookie, request: urllib.request.Request) -> bool:
        """Tell whether a cookie may go with a request, as far as TLS is concerned."""
        return _is_loopback(request) or bool(super().return_ok_secure(cookie, request))


def _is_loopback(request: urllib.request.Request) -> bool:
    host = urlsplit(request.get_full_url()).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
