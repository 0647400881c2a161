"""Settings that would undo what sign-in promises are named at start."""

from accounts import checks


def found(check):
    return [finding.id for finding in check(None)]


def test_the_settings_as_they_are_pass(settings):
    assert found(checks.sessions_can_be_ended) == []
    assert found(checks.limits_are_shared) == []
    assert found(checks.limits_are_in_order) == []


def test_sessions_in_cookies_are_refused(settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    assert found(checks.sessions_can_be_ended) == ["accounts.E001"]


def test_a_cache_of_one_process_is_refused(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert found(checks.limits_are_shared) == ["accounts.E002"]


def test_idling_longer_than_lasting_is_refused(settings):
    settings.SESSION_IDLE_SECONDS = settings.SESSION_COOKIE_AGE + 1
    assert found(checks.limits_are_in_order) == ["accounts.E003"]


def test_https_without_a_trusted_proxy_is_warned_of(settings):
    settings.PUBLIC_URL = "https://calls.example.test"
    assert found(checks.address_is_the_clients) == ["accounts.W001"]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert found(checks.address_is_the_clients) == []
