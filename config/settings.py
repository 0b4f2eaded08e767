"""All settings, read from the environment (and a ``.env`` beside manage.py). See .env.example.

``ZHUBANG_PROFILE`` chooses what the rest defaults to: ``dev`` (tracebacks in the browser), ``demo`` (what
``make run`` starts; the default, because it is the harmless one), ``test`` and ``production`` (refuses to
start with anything unsafe).
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from config import api_settings, keys, logs, safety
from config.schedule import BEAT_SCHEDULE
from config.schedule import JOB_NAMES as JOB_NAMES

BASE_DIR = Path(__file__).resolve().parent.parent
PROFILES = ("dev", "demo", "test", "production")

env = Env()
PROFILE = env.str("ZHUBANG_PROFILE", "")
if PROFILE != "test":
    env.read_env(str(BASE_DIR / ".env"), recurse=False)
PROFILE = env.str("ZHUBANG_PROFILE", "") or "demo"
if PROFILE not in PROFILES:
    raise ImproperlyConfigured(f"ZHUBANG_PROFILE is {PROFILE!r}; it must be one of: {', '.join(PROFILES)}.")
PRODUCTION = PROFILE == "production"
DEBUG = env.bool("DEBUG", PROFILE == "dev")

# --- Who runs it, and where its data lie -----------------------------------------------------------------

SITE_NAME = env.str("SITE_NAME", "驻帮")
# The footer names who runs the site. Outside production it says that nobody does.
ORGANISER = env.str("ORGANISER", "" if PRODUCTION else "示例单位（演示系统）")
RECORD_NUMBER = env.str("RECORD_NUMBER", "" if PRODUCTION else "示例，未备案")
ADMIN_PHONE = env.str("ADMIN_PHONE", "")
DATA_DIR = Path(env.str("ZHUBANG_DATA", "") or BASE_DIR / "var").resolve()
NODE_MODULES = BASE_DIR / "node_modules"

_moved = env.str("ZHUBANG_TODAY", "")
try:
    ZHUBANG_TODAY = date.fromisoformat(_moved) if _moved else None
except ValueError as error:
    raise ImproperlyConfigured(f"ZHUBANG_TODAY is {_moved!r}; write it as 2026-11-24.") from error

SECRET_KEY = env.str("SECRET_KEY", "")
FIELD_ENCRYPTION_KEYS: list[str] = env.list("FIELD_ENCRYPTION_KEYS", [])
IDENTIFIER_HASH_KEYS: list[str] = env.list("IDENTIFIER_HASH_KEYS", [])
if not PRODUCTION:
    _made = keys.kept_in(DATA_DIR)
    SECRET_KEY = SECRET_KEY or _made["SECRET_KEY"]
    FIELD_ENCRYPTION_KEYS = FIELD_ENCRYPTION_KEYS or [_made["FIELD_ENCRYPTION_KEYS"]]
    IDENTIFIER_HASH_KEYS = IDENTIFIER_HASH_KEYS or [_made["IDENTIFIER_HASH_KEYS"]]
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])

# --- Network ---------------------------------------------------------------------------------------------

_LOCAL = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", []) or ([] if PRODUCTION else _LOCAL)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
# Addresses or networks of the reverse proxies in front; only they may say who the client is.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [])
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Mail, and addresses in letters --------------------------------------------------------------------

# Where people find the system: letters and group robots link there.
SITE_URL = env.str("SITE_URL", "" if PRODUCTION else "http://localhost:8000").rstrip("/")
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.int("EMAIL_PORT", 465)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", EMAIL_PORT == 465)
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", EMAIL_PORT == 587)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "" if PRODUCTION else f"{SITE_NAME} <zhubang@localhost>")
# Without a mail server production sends none and says so; elsewhere letters become files, and none leaves.
MAIL_ENABLED = bool(EMAIL_HOST) or not PRODUCTION
EMAIL_BACKEND = (
    f"django.core.mail.backends.{'smtp' if EMAIL_HOST or PRODUCTION else 'filebased'}.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
# Group robots speak in production only; elsewhere what they would say becomes files beside the letters.
ROBOTS_SPEAK = PRODUCTION

# --- Rooms -----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "core.apps.CoreConfig",
    "teams",
    "approvals",
    "rules",
    "leave",
    "attendance",
    "overview",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
    "guardian",
    "rest_framework",
]

MIDDLEWARE = [
    "config.middleware.ClientAddress",
    "config.middleware.RequestLine",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.BrowserHeaders",
    # Pages shrink to a fifth on a village's network; Django pads them so that their length betrays nothing.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.middleware.SessionLimits",
    "teams.middleware.SignInSteps",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "config.form_renderer.FieldGroups"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "overview.context.frame",
            ],
        },
    }
]
MESSAGE_TAGS = {message_levels.ERROR: "danger"}

# --- Database and cache ----------------------------------------------------------------------------------

if env.str("DATABASE_URL", ""):
    DATABASES: dict[str, Any] = {
        "default": {
            **env.dj_db_url("DATABASE_URL"),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    }
    if DATABASES["default"]["ENGINE"].endswith("postgresql"):
        _options = DATABASES["default"].setdefault("OPTIONS", {})
        _options.setdefault("connect_timeout", 5)
        # A page asks a dozen small questions: starting helpers or compiling for one costs more than answering it.
        _options.setdefault("options", "-c max_parallel_workers_per_gather=0 -c jit=off")
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "zhubang.sqlite3",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                # A transaction that may write takes the lock when it begins, so it waits instead of failing.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
                    "PRAGMA cache_size=-32000; PRAGMA journal_size_limit=67108864"
                ),
            },
        }
    }
DATABASE_VENDOR = DATABASES["default"]["ENGINE"].rpartition(".")[2].removesuffix("3")

# --- Accounts and sessions -------------------------------------------------------------------------------

AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
LOGIN_URL = "teams:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "teams:login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Five failures lock one account from one address: a colleague behind the same proxy still gets in.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "teams.lockout.address"
AXES_HANDLER = "teams.lockout.LockOut"
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "teams.account_views.locked_out"
AXES_VERBOSE = False

# Grants hang on a person's scope object; nobody holds a permission on everything.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
OTP_TOTP_ISSUER = SITE_NAME

# Administrators and those who sign for funds need a second step after the password.
STRICT_LOGIN = env.bool("ZHUBANG_STRICT_LOGIN", PRODUCTION)

SESSION_ENGINE = "teams.sessions"
SESSION_IDLE = timedelta(minutes=30)
SESSION_ABSOLUTE = timedelta(hours=12)
# Sensitive acts ask for the password again when it was typed longer ago.
PASSWORD_RECENT = timedelta(minutes=10)
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_COOKIE_NAME = "zhubang_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "zhubang_csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION

# --- What browsers are told ------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
# Preloading binds the whole parent domain for years, so it is its owner's decision, not ours.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        # Bootstrap's own stylesheet draws check marks and arrows as data: pictures.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}

# --- The API ---------------------------------------------------------------------------------------------

API_RATE = env.str("API_RATE", api_settings.RATE)
REST_FRAMEWORK = api_settings.rest_framework(API_RATE)
SPECTACULAR_SETTINGS = api_settings.SPECTACULAR_SETTINGS

# --- Language, time, files -------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.assets.PackageFilesFinder",
]
MEDIA_ROOT = DATA_DIR / "files"
# Archives of database and files, and for how many days they stay there.
BACKUP_DIR = Path(env.str("ZHUBANG_BACKUPS", "") or DATA_DIR / "backups").resolve()
BACKUP_DAYS = env.int("ZHUBANG_BACKUP_DAYS", 14)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or PROFILE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# A month's register of a large team is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Jobs ------------------------------------------------------------------------------------------------

BROKER_URL = env.str("BROKER_URL", "")
CELERY_BROKER_URL = BROKER_URL or "filesystem://localhost"
# Seconds after which an unfinished job is delivered again: longer than any job may run.
REDELIVER_AFTER = 900
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if CELERY_BROKER_URL.startswith("filesystem://"):
    # Stands in where no broker can be had; it may lose what a killed worker held, the outbox sends it again.
    _queue = DATA_DIR / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "processed_folder": str(_queue / "processed"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.1,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": REDELIVER_AFTER,
        "global_keyprefix": env.str("BROKER_KEY_PREFIX", ""),
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        # A page that would send a job while the broker is down learns it at once; the worker has its own retries.
        "max_retries": 0,
    }
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 570
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
HEARTBEAT_MAX_AGE = timedelta(seconds=150)

LOGGING = logs.configuration(
    as_json=env.bool("LOG_JSON", PRODUCTION),
    level=env.str("LOG_LEVEL", "INFO" if PRODUCTION or PROFILE == "dev" else "WARNING"),
)

if PRODUCTION:
    _refused = safety.refusals(
        debug=DEBUG,
        secret_key=SECRET_KEY,
        allowed_hosts=ALLOWED_HOSTS,
        trusted_origins=CSRF_TRUSTED_ORIGINS,
        database_vendor=DATABASE_VENDOR,
        single_host=env.bool("ZHUBANG_SINGLE_HOST", False),
        field_keys=FIELD_ENCRYPTION_KEYS,
        hash_keys=IDENTIFIER_HASH_KEYS,
        broker_url=BROKER_URL,
        moved_today=ZHUBANG_TODAY,
    ) + safety.mail_refusals(
        host=EMAIL_HOST,
        user=EMAIL_HOST_USER,
        password=EMAIL_HOST_PASSWORD,
        encrypted=[EMAIL_USE_SSL, EMAIL_USE_TLS],
        sender=DEFAULT_FROM_EMAIL,
        site_url=SITE_URL,
    )
    if _refused:
        raise ImproperlyConfigured("Production does not start:\n  - " + "\n  - ".join(_refused))
