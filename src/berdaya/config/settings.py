"""Every setting of Berdaya, read once from the environment; a missing one fails at the start with a hint."""

from __future__ import annotations

import base64
import os
import sys
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("BERDAYA_DATA") or ROOT / "var").resolve()
TESTING = "pytest" in sys.modules or os.environ.get("BERDAYA_TESTING") == "1"


def _hint(name: str, what: str) -> str:
    return f"{name} tidak diatur / is not set: {what}"


def database(url: str, **options: object) -> dict[str, object]:
    """A ``postgresql://`` address as Django's settings; unknown schemes are refused."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit(f"DATABASE_URL: {parts.scheme!r} bukan PostgreSQL / is not PostgreSQL")
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "berdaya",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {**query, **options},
    }


_url = os.environ.get("DATABASE_URL", "")
_owner_url = os.environ.get("BERDAYA_OWNER_URL", "")
OWNER_OPTIONS = {"options": "-c role=berdaya_owner"}
NOWHERE = "postgresql://berdaya_app@localhost:1/set_DATABASE_URL_or_use_the_launcher"
"""What checks that need no database are given; the commands of the launcher always set the addresses."""

if TESTING:
    # Tests create their own database; the fixture drops from the owner to the role under test (SPIKE, "Tests").
    _test_url = os.environ.get("BERDAYA_TEST_URL") or _owner_url or NOWHERE
    DATABASES = {
        "default": {
            **database(_test_url, **OWNER_OPTIONS),
            "TEST": {
                "NAME": os.environ.get("BERDAYA_TEST_DB", "test_berdaya"),
                "TEMPLATE": os.environ.get("BERDAYA_TEST_TEMPLATE") or None,
            },
        }
    }
elif os.environ.get("BERDAYA_AS_OWNER") == "1":
    # migrate, backup, key rotation and erasure only
    DATABASES = {"default": database(_owner_url, **OWNER_OPTIONS)}
else:
    DATABASES = {
        "default": database(
            _url or NOWHERE,
            pool={
                "min_size": 1,
                "max_size": int(os.environ.get("BERDAYA_POOL", "8")),
                "timeout": int(os.environ.get("BERDAYA_POOL_TIMEOUT", "10")),
            },
        )
    }

DEBUG = os.environ.get("BERDAYA_DEBUG") == "1"
DEMO = os.environ.get("BERDAYA_DEMO") == "1"
_today = os.environ.get("BERDAYA_TODAY") or ("2026-10-31" if DEMO else "")
BERDAYA_TODAY: date | None = date.fromisoformat(_today) if _today else None
BERDAYA_DATA = DATA
_files = Path(os.environ.get("BERDAYA_FILES") or DATA / "files")
# A demo keeps its files apart: what the main database never heard of is no orphan of the demo beside it.
BERDAYA_FILES = _files.with_name(f"{_files.name}-demo") if DEMO else _files
# Empty: files lie on disk. Else "https://endpoint/bucket" of any S3, with its key id and secret in the environment.
BERDAYA_S3 = os.environ.get("BERDAYA_S3", "")
BERDAYA_S3_KEY = os.environ.get("BERDAYA_S3_KEY", "")
BERDAYA_S3_SECRET = os.environ.get("BERDAYA_S3_SECRET", "")
BERDAYA_S3_REGION = os.environ.get("BERDAYA_S3_REGION", "us-east-1")
# Printed in QR codes: where the public reaches this server.
BERDAYA_PUBLIC_URL = os.environ.get("BERDAYA_PUBLIC_URL", "http://localhost:8000")
# Calls of one API token (or one signed-in account) in a minute.
BERDAYA_API_PER_MINUTE = int(os.environ.get("BERDAYA_API_PER_MINUTE", "600"))

SECRET_KEY = os.environ.get("BERDAYA_SECRET_KEY", "")
if not SECRET_KEY:
    if not (TESTING or DEBUG or "mypy" in sys.modules or os.environ.get("BERDAYA_NO_SECRETS") == "1"):
        raise SystemExit(_hint("BERDAYA_SECRET_KEY", "jalankan / run ./berdaya setup"))
    SECRET_KEY = "only-for-tests-and-static-checks"  # noqa: S105 - never reached by a server


def _keys(text: str) -> dict[int, bytes]:
    """``1:base64,2:base64`` -> key ring; the highest id encrypts, all decrypt."""
    return {
        int(number): base64.b64decode(key)
        for number, _, key in (part.partition(":") for part in text.split(",") if part)
    }


# Two rings: one seals NIK and KK (AES-GCM), one makes the blind indexes (HMAC-SHA256). 32 bytes each.
BERDAYA_KEYS = _keys(os.environ.get("BERDAYA_KEYS", "")) or {1: b"0" * 32}
BERDAYA_INDEX_KEY = base64.b64decode(os.environ.get("BERDAYA_INDEX_KEY", "")) or b"1" * 32
if (
    not (TESTING or DEBUG)
    and "BERDAYA_KEYS" not in os.environ
    and os.environ.get("BERDAYA_NO_SECRETS") != "1"
    and "mypy" not in sys.modules
):
    raise SystemExit(_hint("BERDAYA_KEYS", "jalankan / run ./berdaya setup"))

ALLOWED_HOSTS = os.environ.get("BERDAYA_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BERDAYA_ORIGINS", "").split(",") if origin]

PACKAGES = [
    "kernel",
    "ledger",
    "audit",
    "areas",
    "access",
    "tasks",
    "documents",
    "files",
    "devices",
    "people",
    "forms",
    "groups",
    "programmes",
    "enterprises",
    "visits",
    "training",
    "grants",
    "funds",
    "market",
    "graduation",
    "followup",
    "accountability",
    "governance",
    "intake",
    "reports",
    "process",
    "web",
    "api",
]
INSTALLED_APPS = [
    # Ours first: access overrides the migrate command, so that policies always follow the tables.
    *[f"berdaya.{name}" for name in PACKAGES],
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    "ninja",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "berdaya.web.language.LanguageMiddleware",
    "berdaya.web.away.AwayMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "berdaya.access.middleware.ScopeMiddleware",
    "berdaya.web.problems.ProblemMiddleware",
]
ROOT_URLCONF = "berdaya.config.urls"
WSGI_APPLICATION = "berdaya.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.Account"
LOGIN_URL = "account:sign-in"
LOGIN_REDIRECT_URL = "office:home"
LOGOUT_REDIRECT_URL = "account:sign-in"
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [ROOT / "src" / "berdaya" / "web" / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "berdaya.config.static.HashedStorage"
    },
}
MEDIA_ROOT = BERDAYA_FILES

SESSION_ENGINE = "berdaya.access.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
_https = os.environ.get("BERDAYA_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
# A browser takes a cookie of such a name over HTTPS only, from this host alone: no sibling under go.id can plant one.
_prefix = "__Host-" if _https else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}sessionid", f"{_prefix}csrftoken"
# Minutes without a request after which a session ends, where the office has set no other.
BERDAYA_IDLE_MINUTES = int(os.environ.get("BERDAYA_IDLE_MINUTES", "60"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "berdaya.kernel.logs.DiscreetFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
