"""A Django project with Django OAuth Toolkit, as its tutorial has it: `app.py PORT`.

The clients and users are those of the target file, which sets their secrets in the environment.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from cheroot.wsgi import Server
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse

HERE = Path(__file__).parent
DATABASE = Path(tempfile.mkdtemp()) / "db.sqlite3"


class BodyLess:
    """Leaves out the content of an answer to HEAD, which cheroot, unlike others, does not do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        response = self.get_response(request)
        if request.method == "HEAD":
            response.content = b""
        return response


class OneRound(PBKDF2PasswordHasher):
    """A client secret is random and long, so that stretching it only costs time."""

    algorithm = "pbkdf2_one_round"
    iterations = 1


settings.configure(
    SECRET_KEY=secrets.token_urlsafe(50),
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATABASE,
            # As Django's documentation advises for a database with several writers.
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        f"{__name__}.BodyLess",
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ]
            },
        }
    ],
    PASSWORD_HASHERS=[
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        f"{__name__}.OneRound",
    ],
    LOGIN_URL="/login/",
    STATIC_URL="static/",
    USE_TZ=True,
    LOGGING={
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "loggers": {"django": {"handlers": ["console"], "level": "WARNING"}},
    },
    OAUTH2_PROVIDER={
        "SCOPES": {
            "read": "Read your data",
            "write": "Change your data",
            "introspection": "Ask about tokens",
        },
        "DEFAULT_SCOPES": ["read"],
        "CLIENT_SECRET_HASHER": "pbkdf2_one_round",
        "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
        "REFRESH_TOKEN_EXPIRE_SECONDS": 14 * 24 * 3600,
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        # Public clients have to use PKCE (RFC 9700 section 2.1.1), the others may.
        "PKCE_REQUIRED": lambda client_id: client_id == "kiosk",
    },
)
django.setup()

# Django's models can be imported only when it is set up.
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from oauth2_provider import urls as oauth2_urls  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402
from oauth2_provider.views import ReadWriteScopedResourceView  # noqa: E402


class Me(ReadWriteScopedResourceView):
    """Says whom a token stands for."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Answer to a token that may read."""
        owner: Any = request.resource_owner  # type: ignore[attr-defined]
        return JsonResponse({"sub": owner.username if owner else None})

    def post(self, request: HttpRequest) -> JsonResponse:
        """Answer to a token that may write."""
        return self.get(request)

    put = post


urlpatterns = [
    path("login/", LoginView.as_view()),
    path("me", csrf_exempt(Me.as_view())),
    path("o/", include((oauth2_urls.base_urlpatterns, "oauth2_provider"))),
    path("", include((oauth2_urls.metadata_urlpatterns, "oauth2_provider_metadata"))),
]

CODE = Application.GRANT_AUTHORIZATION_CODE
CLIENTS = {
    "planner": (CODE, "http://127.0.0.1:8765/callback"),
    "shopping": (CODE, "http://127.0.0.1:8765/other?from=shop"),
    "robot": (Application.GRANT_CLIENT_CREDENTIALS, ""),
    "kiosk": (CODE, "http://127.0.0.1:8765/kiosk"),
}


def register() -> None:
    """Make the tables, the users and the clients."""
    call_command("migrate", verbosity=0)
    owner = User.objects.create_user("olga")
    for name in ("ursula", "uwe"):
        User.objects.create_user(name, password=os.environ[f"{name.upper()}_PASSWORD"])
    for name, (grant, redirect_uri) in CLIENTS.items():
        secret = os.environ.get(f"{name.upper()}_SECRET")
        Application.objects.create(
            client_id=name,
            client_secret=secret or secrets.token_urlsafe(),
            client_type=Application.CLIENT_CONFIDENTIAL if secret else Application.CLIENT_PUBLIC,
            authorization_grant_type=grant,
            redirect_uris=redirect_uri,
            user=owner,
            name=name,
        )


if __name__ == "__main__":
    register()
    Server(("127.0.0.1", int(sys.argv[1])), get_wsgi_application()).safe_start()
