"""What every answer carries, whatever it says; cookies; CSRF; the Host header; a deployment's settings."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from tests import headers_urls, template
from tests.doors import Rows, addresses, is_api
from tests.world import PASSWORD

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
PLAIN = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def rows(world, sandbox, settings):
    settings.ALLOW_HTTP_IN_TRANSACTION = True
    return Rows(world)


def missing(response):
    """What this answer lacks, in words."""
    lacks = [f"{name}: {response.get(name)}" for name, value in PLAIN.items() if response.get(name) != value]
    if policy_of(response) != POLICY:
        lacks.append(f"Content-Security-Policy: {response.get('Content-Security-Policy')}")
    if "no-store" not in response.get("Cache-Control", ""):
        lacks.append(f"Cache-Control: {response.get('Cache-Control')}")
    if not response.get("X-Request-ID"):
        lacks.append("X-Request-ID")
    return lacks


def policy_of(response):
    parts = (part.strip().partition(" ") for part in response.get("Content-Security-Policy", "").split(";"))
    return {name: value for name, _, value in parts if name}


@pytest.mark.parametrize("role", ["nobody", "agent", "operator"])
def test_every_address_answers_with_every_header(rows, role):
    clients, poor, seen = rows.clients()[role], [], set()
    for name, route in sorted(addresses(), key=lambda one: one[0] == "account_logout"):  # which ends the session: last
        for method in ("get", "post"):
            response = getattr(clients[is_api(name)], method)(rows.path(name, route))
            seen.add(response.status_code)
            if lacks := missing(response):
                poor.append(f"{method} {name}: {response.status_code} lacks {lacks}")
    assert not poor, "\n".join(poor)
    assert {200, 302, 404, 405} <= seen  # the walk met answers of every kind


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/broken/", 500),
        ("/suspicious/", 400),
        ("/forbidden/", 403),
        ("/nothing/", 404),
        ("/overview/", 403),
        ("/calls/999999/", 404),
        ("/desk/dial/", 405),
        ("/api/v1/nothing/", 404),
        ("/api/v1/users/", 401),
        ("/static/nothing.css", 404),
        ("/desk", 301),
        ("/healthz", 200),
        ("/metrics", 200),
        ("/api/v1/schema/", 200),
    ],
)
def test_errors_redirects_and_downloads_carry_them_too(as_agent, settings, path, status):
    settings.ROOT_URLCONF = "tests.headers_urls"
    as_agent.raise_request_exception = False
    response = as_agent.get(path)
    assert response.status_code == status
    assert missing(response) == []


def test_an_error_of_ours_is_json_under_api_and_says_nothing_of_itself(world, api, settings):
    settings.ROOT_URLCONF = "tests.headers_urls"
    client = api(world.agent)
    client.raise_request_exception = False
    for method in ("get", "post"):
        answer = getattr(client, method)("/api/v1/broken/")
        assert (answer.status_code, answer["Content-Type"]) == (500, "application/json")
        assert answer.json()["type"] == "api_error" and answer.json()["message"]
        assert headers_urls.SECRET not in answer.content.decode()
        assert missing(answer) == []


def test_the_pages_of_errors_say_what_to_do_and_not_what_broke(as_agent, settings):
    settings.ROOT_URLCONF = "tests.headers_urls"
    as_agent.raise_request_exception = False
    for path, words in (("/broken/", "Something broke on our side"), ("/suspicious/", "could not read that request")):
        page = as_agent.get(path).content.decode()
        assert words in page and headers_urls.SECRET not in page


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/desk/", "/api/v1/users/", "/healthz", "/hooks/plivo/"])
def test_a_host_that_is_not_ours_is_400(db, path):
    response = Client(HTTP_HOST="evil.example", raise_request_exception=False).get(path)
    assert response.status_code == 400
    assert "evil" not in response.content.decode()
    assert missing(response) == []
    if path.startswith("/api/"):
        assert response.json()["type"] == "unreadable_request"


def test_a_forwarded_host_is_nobodys_word(world, client):
    """A reset mail leads to the address asked, never to one that a stranger's header names."""
    response = client.get("/desk/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in response["Location"]


def test_no_other_site_may_read_an_answer(as_agent):
    for path in ("/desk/", "/api/v1/users/"):
        response = as_agent.get(path, headers={"Origin": "https://evil.example"})
        assert not [name for name in response.headers if name.startswith("Access-Control")]


def test_every_address_refuses_a_post_without_its_csrf_token(rows):
    """The API (a token in a header) and signed hooks need none."""
    open_ones = []
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(rows.operator)
    for name, route in addresses():
        response = client.post(rows.path(name, route), {"nothing": "said"})
        if response.status_code != 403 and not is_outside(name, route):
            open_ones.append(f"{name}: {response.status_code}")
    assert not open_ones, "\n".join(open_ones)


def is_outside(name, route):
    return is_api(name) or route.startswith(("^api/", "hooks/")) or name == "schema"


def test_signing_in_from_another_site_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    body = {"login": "agent@example.test", "password": PASSWORD}
    assert client.post(reverse("account_login"), body).status_code == 403
    client.get(reverse("account_login"))
    body["csrfmiddlewaretoken"] = client.cookies["csrf"].value
    foreign = client.post(reverse("account_login"), body, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert client.post(reverse("account_login"), body).status_code == 302


def test_cookies_are_read_by_no_script_and_sent_by_no_other_site(world, client):
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": "agent@example.test", "password": PASSWORD})
    assert {"session", "csrf"} <= set(client.cookies)
    for name in ("session", "csrf"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")


PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "PUBLIC_URL": "https://aftercall.example.test",
    "SECRET_KEY": "k7-" + "aZ09_-" * 12,
    "FIELD_ENCRYPTION_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "CCAI_HOOK_USER": "hooks",
    "CCAI_HOOK_PASSWORD": "a-password-of-hooks",
    "CCAI_BASE_URL": "https://ccai.example.test",
    "PLIVO_API_BASE_URL": "https://api.plivo.com",
    "PLIVO_STATS_BASE_URL": "https://stats.plivo.com",
    "TRESTLE_BASE_URL": "https://api.trestleiq.com",
    "FEEDBACKAPI_BASE_URL": "https://feedbackapi.example.test",
    "TELESIGN_BASE_URL": "https://telesign.example.test",
    "EMAIL_URL": "smtp://mail.example.test:587",
    "TRUSTED_PROXY_COUNT": "1",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The address of an empty database with all tables."""
    path = tmp_path_factory.mktemp("production") / "empty.sqlite3"
    template.copy_sqlite(path)
    return f"sqlite:///{path}"


def in_production(*arguments, database):
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, "DATABASE_URL": database}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=django_settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=120
    )


def test_a_deployment_behind_https_passes_every_check(database):
    done = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING", database=database)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


ANSWERS = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
host = {"HTTP_HOST": "aftercall.example.test"}
page = Client(**host).get("/accounts/login/", HTTP_X_FORWARDED_PROTO="https")
plain = Client(**host).get("/accounts/login/")
hook = Client(**host).post("/hooks/plivo/", "x", content_type="text/plain")
cookie = page.cookies[settings.CSRF_COOKIE_NAME]
print(json.dumps({
    "hsts": page["Strict-Transport-Security"], "cookie": cookie.key, "secure": cookie["secure"], "path": cookie["path"],
    "domain": cookie["domain"], "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE],
    "plain": [plain.status_code, plain["Location"]], "hook": hook.status_code,
}))
"""


def test_behind_https_cookies_are_host_bound_and_plain_http_is_left(database):
    done = in_production("-c", ANSWERS, database=database)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert (said["cookie"], said["secure"], said["path"], said["domain"]) == ("__Host-csrf", True, "/", "")
    assert said["session"] == ["__Host-session", True]
    assert said["plain"] == [301, "https://aftercall.example.test/accounts/login/"]
    assert said["hook"] == 403  # a hook over plain http fails; it is not sent on with its body
