"""All settings, in sections. Read through `config/env.py`; every number carries its reason."""

from urllib.parse import urlsplit

from config import env

# --- Where we are -----------------------------------------------------------------------------
BASE_DIR = env.ROOT
VAR_DIR = env.VAR
DEBUG = env.switch("DEBUG")
SECRET_KEY = env.required("SECRET_KEY")
# Newest first: the first one seals, all of them open, so that keys can be rotated.
FIELD_ENCRYPTION_KEYS = env.words("FIELD_ENCRYPTION_KEYS")
# What vendors call back and what signatures are computed over: never the Host header.
PUBLIC_URL = env.url("PUBLIC_URL", f"http://127.0.0.1:{env.text('PORT', '8000')}")
_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
if urlsplit(PUBLIC_URL).hostname not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [PUBLIC_URL])

# --- Parts ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "feedback",
    "calls",
    "customers",
    "integrations",
    "accounts",
    "accounts.apps.AdminSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "django_q",
    "csp",
    "django_prometheus",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.RequestIdMiddleware",
    # These stand outside whatever may answer early or break, so that every answer carries their headers.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
            "builtins": ["config.templatetags.ui", "calls.templatetags.calls"],
        },
    }
]

FORM_RENDERER = "config.form_renderer.Renderer"

# --- Database ---------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL")}
_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if _SQLITE:
    VAR_DIR.mkdir(exist_ok=True)
    # SQLite's own 2 MB of pages hold nothing of a million calls: finding some thousands took half as long again. What
    # is mapped is the system's copy of the file, the same for all processes.
    SQLITE_READS = "PRAGMA cache_size=-32000;PRAGMA mmap_size=1073741824;"
    # Without IMMEDIATE 29-91 % of read-then-write transactions fail at once; FULL survives a
    # power cut and still does thousands of commits a second (measured, see docs/reliability.md).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds a writer waits for the one before it
        "init_command": f"PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;{SQLITE_READS}",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)  # seconds a connection is kept for reuse
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A page's queries take milliseconds; compiling one that looks expensive took 880 ms (measured on a filtered list),
    # and three processes that read what one is to show fifty rows of took twice as long as one.
    POSTGRES_OPTIONS = "-c jit=off -c max_parallel_workers_per_gather=0"
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", POSTGRES_OPTIONS)

# --- Cache and work ---------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    # Rate limits and idempotency must be shared by processes: the database, not local memory.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# One HTTP exchange with a vendor ends after this many seconds, whatever the server does.
VENDOR_DEADLINE = 15
# All exchanges of one delivery (looking first, its customer, itself): each begins only while a whole one fits.
DELIVERY_DEADLINE = 35
# A claimed delivery belongs to its worker this long: deadlines < task timeout < lease < retry.
DELIVERY_LEASE = 60
_WORKERS = 4
Q_CLUSTER = {
    "name": "aftercall",
    "workers": _WORKERS,  # three at least: the pulse holds one, deliveries need the others
    "timeout": 40,  # longer than the pulse (25 s) and the longest delivery (35 s)
    "retry": 120,  # longer than the timeout and the lease, else work is started twice
    "max_attempts": 1,  # attempts are counted in our own row, before the work
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,  # results are ours (the outbox); saving them costs five times the throughput
    "bulk": 1,
    "queue_limit": _WORKERS,  # what is fetched ahead waits in memory and dies with the process
    "poll": 0.1,  # seconds between looks at the queue; starts work within about 80 ms
    "label": "Work queue",
}
if REDIS_URL:
    Q_CLUSTER["redis"] = REDIS_URL
else:
    Q_CLUSTER["orm"] = "default"

# --- People -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},  # OWASP ASVS 6.2.1 asks for 8 and advises 15
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapters.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.PasswordForgottenForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.PasswordChangeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited by an admin; there is no sign-up
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # we write to nobody we do not know
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password is told by mail (ASVS 6.3.7)
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session stays, all others end
ACCOUNT_RATE_LIMITS = {
    # Ten guesses in a quarter of an hour for one person, from wherever they come; for the address
    # much more, because 200 agents share one and each may mistype.
    "login": "300/m/ip",
    "login_failed": "10/15m/key,1000/15m/ip",
    "change_password": "10/15m/user",
    "reset_password": "200/15m/ip,5/15m/key",
    "reset_password_from_key": "200/15m/ip",
    "wall": "1200/m/ip",  # ours: a hundred wall screens behind one address, each asking every five seconds
    "accept_invitation": "200/15m/ip",  # ours: a whole shift may be invited at once
}
# Proxies of ours in front: that many entries from the right of X-Forwarded-For are believed, else none.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
# The list of sessions shows when each was last used; accounts.sessions notes it, once a minute.
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_IDLE_SECONDS = 60 * 60 * 12  # without a person's touch: a long shift (see accounts/sessions.py)
SESSION_COOKIE_AGE = 60 * 60 * 24  # whatever happens: ASVS 7.3.2 asks for an absolute limit
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "__Host-session" if _HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "csrf"

# --- Browser ----------------------------------------------------------------------------------
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _HTTPS else 0  # a year: ASVS 3.4.1
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^hooks/", r"^healthz$", r"^readyz$"]  # a hook must fail, not be redirected
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
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
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# Notes may hold 100,000 characters of four bytes and percent-encoding triples them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "accounts.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Static files -----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Words and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "UTC")
# Numbers typed without a country code are read as this region's.
PHONE_REGION = env.text("PHONE_REGION", "US")

# --- Mail -------------------------------------------------------------------------------------
vars().update(env.mail("EMAIL_URL", "consolemail://"))
EMAIL_TIMEOUT = 10  # seconds; mail is sent while a person waits
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "Aftercall <aftercall@localhost>")

# --- Calls and wrap-ups -----------------------------------------------------------------------
WRAP_UP_SECONDS = env.number("WRAP_UP_SECONDS", 300)  # five minutes, then "timed out"
# What holds until an admin writes a rule. 8 to 21 where they are: 47 CFR 64.1200(c)(1).
CALLING_HOURS = env.hours("CALLING_HOURS", "08:00-21:00")
# Calls to one number a day, 0 = no limit. A plan makes three tries; a call back and one by mistake come on top.
CALLS_A_DAY = env.number("CALLS_A_DAY", 5)
# Calls of each agent that are picked a week for a supervisor to review: one with a reason, one drawn.
COACHING_CALLS = env.number("COACHING_CALLS", 2)
PLACE_DEADLINE = 10  # seconds a person waits for the vendor's answer to a dial (DECISIONS 7)

# --- Vendors ----------------------------------------------------------------------------------
# A lock held while a vendor thinks stops everybody. It exists so that the rule has a name; it stays off.
ALLOW_HTTP_IN_TRANSACTION = False
# Requests a second, shared by everybody on the tenant: the limit CCAI prints. The others print none. One guessed for
# FeedbackAPI would slow a first reading down, and its 429 is obeyed in any case; whoever knows theirs sets it.
VENDOR_RATES = {"ccai": 10}
if _rate := env.number("FEEDBACKAPI_RATE", 0):
    VENDOR_RATES["feedbackapi"] = max(_rate, 2)  # of fewer, none could go at once (rates.py)
# They seed a connection at the first start; once an admin has saved one, its row wins.
_SANDBOX = f"http://127.0.0.1:{env.text('SANDBOX_PORT', '8001')}"
VENDORS = {
    "ccai": {
        "base_url": env.url("CCAI_BASE_URL", f"{_SANDBOX}/ccai"),
        "subdomain": env.text("CCAI_SUBDOMAIN", "demo"),
        "token": env.text("CCAI_TOKEN", "demo-token"),
        "hook_user": env.text("CCAI_HOOK_USER"),
        "hook_password": env.text("CCAI_HOOK_PASSWORD"),
    },
    "plivo": {
        "api_base_url": env.url("PLIVO_API_BASE_URL", f"{_SANDBOX}/plivo"),
        "stats_base_url": env.url("PLIVO_STATS_BASE_URL", f"{_SANDBOX}/plivo-stats"),
        "auth_id": env.text("PLIVO_AUTH_ID", "MADEMO00000000000000"),
        "auth_token": env.text("PLIVO_AUTH_TOKEN", "demo-plivo-token"),
    },
    "telesign": {
        "base_url": env.url("TELESIGN_BASE_URL", f"{_SANDBOX}/telesign"),
        "customer_id": env.text("TELESIGN_CUSTOMER_ID", "DEMO0000-0000-0000-0000-000000000000"),
        "api_key": env.text("TELESIGN_API_KEY", "ZGVtby10ZWxlc2lnbi1rZXk="),
        "hook_key": env.text("TELESIGN_HOOK_KEY"),
        "hook_secret": env.text("TELESIGN_HOOK_SECRET"),
    },
    "trestle": {
        "base_url": env.url("TRESTLE_BASE_URL", f"{_SANDBOX}/trestle"),
        "api_key": env.text("TRESTLE_API_KEY", "demo-trestle-key"),
    },
    "feedbackapi": {
        "base_url": env.url("FEEDBACKAPI_BASE_URL", f"{_SANDBOX}/feedbackapi"),
        "token": env.text("FEEDBACKAPI_TOKEN", "demo-feedbackapi-token"),
        # What its page says in two ways: how bodies are written and how times are.
        "bodies": env.text("FEEDBACKAPI_BODIES", "json"),
        "times": env.text("FEEDBACKAPI_TIMES", "unix"),
    },
}

# --- REST -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.ScopePermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "accounts.api.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "accounts.schema.Operation",
    "EXCEPTION_HANDLER": "accounts.api.error_response",
    "DEFAULT_VERSIONING_CLASS": None,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": env.text("API_RATE", "600/min")},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Aftercall API",
    "DESCRIPTION": "Place calls, wrap them up, follow every delivery.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # Where fields of one name hold different words the generator would number the enumerations.
    "ENUM_NAME_OVERRIDES": {"CallKindEnum": "calls.choices.Kind", "SourceKindEnum": "feedback.choices.CaseSourceKind"},
}

# --- Logs -------------------------------------------------------------------------------------
LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
from config.logs import REPORTS, logging_config  # noqa: E402  (needs nothing of the above, kept beside its use)

LOGGING = logging_config(LOG_LEVEL)
SENTRY_DSN = env.text("SENTRY_DSN")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=SENTRY_DSN, **REPORTS)
