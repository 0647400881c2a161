"""Runs the suite: the part that PostgreSQL must agree on there, then everything on SQLite.

    python -m tests [soak]

With CI set a missing server or browser is a failure; elsewhere it is said and its part left out.
The last line is pytest's own; the exit status is 0 only when both runs passed.
"""

import os
import subprocess
import sys

import psycopg

from tests import addresses, chromium

# Whoever runs out of tests takes some of the other's: browser journeys stand last and last longest.
EVENLY = ("--dist", "worksteal")
# On two cores: a journey mostly waits for its browser and lets a third work meanwhile.
PROCESSES = "3"
# Two name another database; the last would have each of a hundred processes compile all of the source anew.
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE")


def main(arguments):
    soak = arguments == ["soak"]
    chromium.ensure()
    # Pages are tested with their typeface; without it they use the system's, and a sentence says so.
    subprocess.run(
        [sys.executable, "manage.py", "build_fonts"], env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    )
    outcomes = [on_postgres(soak), on_sqlite(soak)]
    return max(outcomes)


def on_postgres(soak):
    """The tests marked `both`. Returns pytest's exit status."""
    try:
        psycopg.connect(addresses.POSTGRES, connect_timeout=5).close()
    except psycopg.Error as error:
        words = " ".join(str(error).split())
        return missing(f"PostgreSQL does not answer at TEST_DATABASE_URL ({words}); its tests are left out.")
    say("On PostgreSQL: what both databases must agree on")
    return pytest("both and soak" if soak else "both and not soak", DATABASE_URL=addresses.POSTGRES)


def on_sqlite(soak):
    """Everything. Returns pytest's exit status."""
    say("On SQLite: everything")
    return pytest("soak" if soak else "not soak")


def pytest(marks, **environment):
    """pytest in PROCESSES with these marks; `environment` replaces what would name another database."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    processes = os.environ.get("TEST_PROCESSES", PROCESSES)
    command = [sys.executable, "-m", "pytest", "-q", "-n", processes, *EVENLY, "-m", marks]
    return subprocess.run(command, env={**inherited, **environment}).returncode


def missing(sentence):
    """Says what is missing. Returns 1 under CI, where nothing may be left out, else 0."""
    print(sentence, file=sys.stderr, flush=True)
    return 1 if os.environ.get("CI") else 0


def say(words):
    print(f"--- {words} ---", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
