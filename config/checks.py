"""System checks: settings that contradict each other or promise too much, each with its remedy."""

import base64
import sqlite3
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.utils.module_loading import import_string

from config import schedules

# RETURNING (3.35) and the upserts of the sync; older ones are years out of care.
OLDEST_SQLITE = (3, 35, 0)
LEAST_WORKERS = 3  # the pulse holds one; a slow vendor another
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@register()
def queue_numbers(app_configs, **_):
    """An exchange ends before its delivery, that before its task, then comes the lease, then the re-run."""
    q = settings.Q_CLUSTER
    ladder = {
        "VENDOR_DEADLINE": settings.VENDOR_DEADLINE,
        "DELIVERY_DEADLINE": settings.DELIVERY_DEADLINE,
        'Q_CLUSTER["timeout"]': q["timeout"],
        "DELIVERY_LEASE": settings.DELIVERY_LEASE,
        'Q_CLUSTER["retry"]': q["retry"],
    }
    steps = list(ladder.items())
    for (lower, low), (upper, high) in zip(steps, steps[1:], strict=False):
        if low >= high:
            words = f"{lower} ({low} s) must be shorter than {upper} ({high} s)."
            return [
                Error(words, hint=f"Raise {upper}, or lower {lower}; else work is started twice.", id="config.E001")
            ]
    return []


@register()
def enough_workers(app_configs, **_):
    workers = settings.Q_CLUSTER["workers"]
    if workers >= LEAST_WORKERS:
        return []
    hint = f"Set it to {LEAST_WORKERS} or more: the pulse holds one, deliveries need the others."
    return [Error(f'Q_CLUSTER["workers"] is {workers}.', hint=hint, id="config.E002")]


@register()
def queue_habits(app_configs, **_):
    """Habits of the queue without which a task that kills its worker runs for ever (docs/reliability.md)."""
    q, wanted = settings.Q_CLUSTER, {"max_attempts": 1, "ack_failures": True, "catch_up": False, "bulk": 1}
    wrong = {name: value for name, value in wanted.items() if q.get(name) != value}
    return [
        Error(f'Q_CLUSTER["{name}"] is {q.get(name)!r}.', hint=f"Set it to {value!r}.", id="config.E003")
        for name, value in wrong.items()
    ]


@register()
def job_functions(app_configs, **_):
    """Every scheduled function exists: a wrong name would fail each minute, unseen."""
    return [problem for job in schedules.jobs() for problem in _missing(job)]


def _missing(job):
    try:
        import_string(job.function)
    except ImportError as error:
        yield Warning(
            f"The job “{job.name}” cannot be found: {error}.", hint="Mend config/schedules.py.", id="config.W003"
        )


@register(Tags.security)
def field_keys(app_configs, **_):
    hint = (
        "Set FIELD_ENCRYPTION_KEYS, newest first: "
        'python -c "from integrations.fields import new_key; print(new_key())" makes one.'
    )
    if not settings.FIELD_ENCRYPTION_KEYS:
        return [Error("FIELD_ENCRYPTION_KEYS is not set: vendor secrets cannot be kept.", hint=hint, id="config.E005")]
    if not all(map(_is_key, settings.FIELD_ENCRYPTION_KEYS)):
        return [Error("A key in FIELD_ENCRYPTION_KEYS is not 32 bytes in base64.", hint=hint, id="config.E006")]
    return []


def _is_key(text):
    try:
        return len(base64.urlsafe_b64decode(text)) == 32
    except ValueError:
        return False


@register(Tags.security, deploy=True)
def public_address(app_configs, **_):
    if settings.PUBLIC_URL.startswith("https://"):
        return []
    hint = "Set PUBLIC_URL to the https:// address vendors call back; secure cookies and HSTS follow from it."
    return [Error(f"PUBLIC_URL is {settings.PUBLIC_URL}.", hint=hint, id="config.E007")]


@register(Tags.security)
def debug_in_public(app_configs, **_):
    if settings.DEBUG and urlsplit(settings.PUBLIC_URL).hostname not in LOOPBACK:
        hint = "Remove DEBUG: its error pages show code and settings to strangers."
        return [Error("DEBUG is on at a public address.", hint=hint, id="config.E008")]
    return []


@register(Tags.security, deploy=True)
def hook_secrets(app_configs, **_):
    ccai = settings.VENDORS["ccai"]
    if ccai["hook_user"] and ccai["hook_password"]:
        return []
    hint = "Set CCAI_HOOK_USER and CCAI_HOOK_PASSWORD, or leave them out if CCAI pushes no events."
    return [Warning("/hooks/ccai/ answers 403: it has no user and password.", hint=hint, id="config.W001")]


@register(deploy=True)
def sandbox_in_production(app_configs, **_):
    """A vendor whose address was never set is the demo's sandbox."""
    at_home = sorted(
        vendor
        for vendor, values in settings.VENDORS.items()
        if any(name.endswith("base_url") and urlsplit(url).hostname in LOOPBACK for name, url in values.items())
    )
    hint = "Set its address and keys in the environment, or save the connection in the browser."
    return [Warning(f"{vendor} still points at the sandbox.", hint=hint, id="config.W002") for vendor in at_home]


@register(Tags.database)
def sqlite_version(app_configs, **_):
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") or sqlite3.sqlite_version_info >= OLDEST_SQLITE:
        return []
    wanted = ".".join(map(str, OLDEST_SQLITE))
    hint = f"Use a Python built with SQLite {wanted} or newer, or set DATABASE_URL to PostgreSQL."
    return [Error(f"SQLite {sqlite3.sqlite_version} is too old.", hint=hint, id="config.E009")]
