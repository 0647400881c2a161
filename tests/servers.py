"""Real servers for tests: the vendors' sandbox in this process, ours in processes of their own.

live       Django's threaded server in this process, on a socket; `live.url`
sandbox    the vendors on a socket, with every connection pointed at it
qcluster   a real worker on the test's database
gunicorn   the web server as in production, for tests that kill it
"""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from integrations.sandbox import server
from tests.database import url_of_test_database
from tests.patience import until

# A call's scripted seconds pass this much faster, so that journeys need not wait.
SPEED = 20
VARIABLES = {
    ("ccai", "base_url"): "CCAI_BASE_URL",
    ("ccai", "subdomain"): "CCAI_SUBDOMAIN",
    ("ccai", "token"): "CCAI_TOKEN",
    ("ccai", "hook_user"): "CCAI_HOOK_USER",
    ("ccai", "hook_password"): "CCAI_HOOK_PASSWORD",
    ("plivo", "api_base_url"): "PLIVO_API_BASE_URL",
    ("plivo", "stats_base_url"): "PLIVO_STATS_BASE_URL",
    ("plivo", "auth_id"): "PLIVO_AUTH_ID",
    ("plivo", "auth_token"): "PLIVO_AUTH_TOKEN",
    ("telesign", "base_url"): "TELESIGN_BASE_URL",
    ("telesign", "customer_id"): "TELESIGN_CUSTOMER_ID",
    ("telesign", "api_key"): "TELESIGN_API_KEY",
    ("telesign", "hook_key"): "TELESIGN_HOOK_KEY",
    ("telesign", "hook_secret"): "TELESIGN_HOOK_SECRET",
    ("trestle", "base_url"): "TRESTLE_BASE_URL",
    ("trestle", "api_key"): "TRESTLE_API_KEY",
    ("feedbackapi", "base_url"): "FEEDBACKAPI_BASE_URL",
    ("feedbackapi", "token"): "FEEDBACKAPI_TOKEN",
}


@pytest.fixture
def live(live_server, settings):
    """Our web server on a socket, at the address that vendors call back."""
    settings.PUBLIC_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return live_server


@pytest.fixture
def played():
    """To be asked for beside `sandbox`."""


@pytest.fixture
def sandbox(request, settings):
    """The vendors on a free port. With `live` in the test their hooks come to it, with `played` only `play` lets time
    pass there: on a busy machine a call would be over before it was looked at."""
    public = request.getfixturevalue("live").url if "live" in request.fixturenames else settings.PUBLIC_URL
    env, now = {**vendor_variables(settings.VENDORS), "PUBLIC_URL": public}, timezone.now()
    clock = {"clock": lambda: now} if "played" in request.fixturenames else {}
    with server.start(speed=SPEED, env=env, **clock) as running:
        settings.VENDORS = pointed_at(running.url, settings.VENDORS)
        yield running


def pointed_at(url, vendors):
    """The VENDORS setting with every address on the sandbox at `url`, keys as they were."""
    addresses = {"base_url": "", "api_base_url": "", "stats_base_url": "-stats"}
    return {
        vendor: {
            name: f"{url}/{vendor}{addresses[name]}" if name in addresses else value for name, value in values.items()
        }
        for vendor, values in vendors.items()
    }


def vendor_variables(vendors):
    """The VENDORS setting as the environment says it."""
    return {variable: str(vendors[vendor][name]) for (vendor, name), variable in VARIABLES.items()}


def environment(**more):
    """What a process needs to live in this test's world: its database, its vendors, its keys."""
    inherited = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    keys = {
        "SECRET_KEY": django_settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEYS": ",".join(django_settings.FIELD_ENCRYPTION_KEYS),
    }
    return {
        **inherited,
        **keys,
        **vendor_variables(django_settings.VENDORS),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": url_of_test_database(),
        "PUBLIC_URL": django_settings.PUBLIC_URL,
        "PYTHONUNBUFFERED": "1",
        **more,
    }


class Process:
    """A command of ours as the leader of its own process group; its output goes to `log`."""

    def __init__(self, arguments, log, **more):
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=django_settings.BASE_DIR,
                env=environment(**more),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_running(self):
        return self.process.poll() is None

    def kill(self):
        """Ends the whole group at once, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def words(self):
        """What it printed."""
        return self.log.read_text(errors="replace")


@pytest.fixture
def processes(transactional_db, tmp_path):
    """`processes("sandbox", "manage.py", "sandbox")` starts a command; all of them are ended with the test."""
    started = []

    def start(name, *arguments, **more):
        started.append(Process(arguments, tmp_path / f"{name}.log", **more))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def start_qcluster(processes):
    """Starts a worker, waits until it is up, and hands it over. Variables for its environment may be given."""

    def start(**more):
        worker = processes("qcluster", "manage.py", "qcluster", **more)
        until(lambda: "running." in worker.words(), what="the worker is up", but_see=worker)
        return worker

    return start


@pytest.fixture
def qcluster(request, start_qcluster):
    """A real worker on the test's database, with the sandbox's addresses when the test has one."""
    if "sandbox" in request.fixturenames:
        request.getfixturevalue("sandbox")
    return start_qcluster()


@pytest.fixture
def gunicorn(request, processes):
    """The web server as in production, in its own group; `gunicorn.url`."""
    if "sandbox" in request.fixturenames:
        request.getfixturevalue("sandbox")
    port = free_port()
    web = processes(
        "gunicorn",
        "-m",
        "gunicorn",
        "config.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--threads",
        "4",
    )
    web.url = f"http://127.0.0.1:{port}"
    until(lambda: answers(f"{web.url}/healthz"), what="the web server is up", but_see=web)
    return web


def free_port():
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    """Whether a server answers there, whatever it says."""
    try:
        urlopen(url, timeout=5).close()
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
    return True
