"""Settings that would quietly undo what sign-in promises. Each finding names its remedy."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register


@register(Tags.security)
def sessions_can_be_ended(app_configs, **_):
    """A session that lives in the cookie alone cannot be ended from elsewhere."""
    if settings.SESSION_ENGINE.endswith("signed_cookies"):
        hint = "Leave SESSION_ENGINE at django.contrib.sessions.backends.db."
        return [Error("Sessions cannot be ended on the server.", hint=hint, id="accounts.E001")]
    return []


@register(Tags.security)
def limits_are_shared(app_configs, **_):
    """Counts of wrong passwords must be shared by all processes."""
    backend = settings.CACHES["default"]["BACKEND"]
    if backend.endswith(("LocMemCache", "DummyCache")):
        hint = "Use the database cache or set REDIS_URL."
        return [Error("Each process counts wrong passwords for itself.", hint=hint, id="accounts.E002")]
    return []


@register(Tags.security)
def limits_are_in_order(app_configs, **_):
    if settings.SESSION_IDLE_SECONDS > settings.SESSION_COOKIE_AGE:
        hint = "Make SESSION_IDLE_SECONDS the smaller one."
        return [Error("A sign-in may idle longer than it may last.", hint=hint, id="accounts.E003")]
    return []


@register(Tags.security, deploy=True)
def address_is_the_clients(app_configs, **_):
    """Behind a proxy everybody has its address, and one office's mistakes would shut out all."""
    if settings.PUBLIC_URL.startswith("https://") and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        hint = "Set TRUSTED_PROXY_COUNT to the number of proxies of yours in front of Aftercall."
        return [Warning("Every visitor seems to come from the proxy.", hint=hint, id="accounts.W001")]
    return []
