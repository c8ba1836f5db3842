"""Settings: everything from the environment through a few typed readers; nonsense is refused at start.

The table of variables is in docs/reference/configuration.md.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

SOURCE_DIR = Path(__file__).resolve().parents[1]
ROOT = SOURCE_DIR.parents[1]


def text(name: str, default: str | None = None) -> str:
    """Read `name`, or the file named by `name`_FILE (for secrets); refuse a missing one without default."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} must be set")
    return value


def flag(name: str, default: bool) -> bool:
    """Read a yes/no variable."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "1", "0", "true", "false", "yes", "no", "on", "off"}:
        return default if value == "" else value in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name}={value!r}: use 1 or 0")


def integer(name: str, default: int) -> int:
    """Read a whole number."""
    value = os.environ.get(name, "")
    if not value:
        return default
    try:
        return int(value)
    except ValueError as fault:
        raise ImproperlyConfigured(f"{name}={value!r}: not a whole number") from fault


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def kept_secret(folder: Path) -> str:
    """The key in `folder`/secret.key, made at the first start; of several processes that start at once one makes it."""
    file = folder / "secret.key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f".secret.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
    return file.read_text(encoding="ascii").strip()


DEBUG = flag("BIHUAN_DEBUG", False)
_from_source = (ROOT / "pyproject.toml").exists()
DATA_DIR = Path(text("BIHUAN_DATA_DIR", str(ROOT / "var") if _from_source else "/var/lib/bihuan")).resolve()
SECRET_KEY = text("BIHUAN_SECRET_KEY", "development-only-key-change-me" if DEBUG else "") or kept_secret(DATA_DIR)
ALLOWED_HOSTS = words("BIHUAN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = words("BIHUAN_TRUSTED_ORIGINS")

FOUNDATION_APPS = [
    f"bihuan.foundation.{name}"
    for name in (
        "web", "jobs", "audit", "accounts", "tenancy", "access", "messages",
        "attachments", "deadlines", "workflow", "documents", "figures",
    )
]
DOMAIN_APPS = [
    f"bihuan.{name}"
    for name in (
        "reference", "enterprises", "personnel", "registers", "hazards", "inspections", "enforcement", "assistance",
        "campaigns", "reporting", "administration", "demo",
    )
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "axes",
    "django_tasks_db",
    "ninja",
    *FOUNDATION_APPS,
    *DOMAIN_APPS,
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bihuan.foundation.web.middleware.ContentSecurityPolicy",
    "bihuan.foundation.access.middleware.ActorMiddleware",
    "bihuan.foundation.web.middleware.ProblemPages",
    "bihuan.foundation.accounts.middleware.SignInRules",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "bihuan.config.urls"
OPENAPI_TEXT = "bihuan.config.api.openapi_text"
WSGI_APPLICATION = "bihuan.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "bihuan.foundation.access.context.shell",
            ],
            "builtins": ["bihuan.foundation.web.templatetags.ui"],
        },
    }
]


def database(url: str) -> dict[str, object]:
    """Turn BIHUAN_DATABASE_URL (sqlite:///path or postgresql://user:pw@host:port/name) into Django's form."""
    parts = urlparse(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path).replace("//", "/") or ":memory:",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                " PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;",
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"BIHUAN_DATABASE_URL: unknown kind {parts.scheme!r}; use sqlite or postgresql")


DATABASES = {"default": database(text("BIHUAN_DATABASE_URL", f"sqlite:///{DATA_DIR / 'bihuan.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "bihuan.foundation.accounts.passwords.ThreeKinds"},
    {"NAME": "bihuan.foundation.accounts.passwords.NotTheSame"},
]
AXES_FAILURE_LIMIT = integer("BIHUAN_LOGIN_FAILURES", 5)
AXES_COOLOFF_TIME = integer("BIHUAN_LOCKOUT_HOURS", 1)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "bihuan.foundation.accounts.views.sign_in.locked_out"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = integer("BIHUAN_SESSION_MINUTES", 8 * 60) * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = flag("BIHUAN_HTTPS", False)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if flag("BIHUAN_HTTPS", False) else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BIHUAN_HTTPS", False) else None

# The proxy redirects to HTTPS; a header for all subdomains is not ours to set.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
LANGUAGE_CODE = "zh-hans"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = Path(text("BIHUAN_FILES_DIR", str(DATA_DIR / "files")))
# Hashed names once `bihuan static` has collected them; before that, and in development, files straight from the apps.
HASHED_STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_collected = not DEBUG and (STATIC_ROOT / "staticfiles.json").exists()
_static_storage = HASHED_STATIC_STORAGE if _collected else "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
WHITENOISE_USE_FINDERS = not _collected
WHITENOISE_AUTOREFRESH = DEBUG
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20000
FONT_DIR = text("BIHUAN_FONT_DIR", "")
NOTIFY_CHANNELS = words("BIHUAN_NOTIFY_CHANNELS")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": text("BIHUAN_LOG_LEVEL", "INFO")},
    "loggers": {"axes": {"level": "WARNING"}, "django_tasks": {"level": "WARNING"}},
}
