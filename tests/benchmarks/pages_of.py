"""How long each page of a kept world takes the server, in this process: {page: [milliseconds]} as JSON.

    DATABASE_URL=… python -m tests.benchmarks.pages_of ROUNDS [REGEX OF NAMES] [--cpu] [--queries]

`pages` starts it. All pages take turns, so that a busy moment of the machine falls on many of them. By hand on a busy
machine: --cpu counts this process alone, which is all there is to SQLite; --queries tells the slow statements.
"""

import gc
import json
import os
import re
import sys
import time
from unittest import mock

WARM = 3  # rounds that are not counted


def main(arguments):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    from django.core.management import call_command

    from tests.benchmarks import pages_list

    call_command("createcachetable", verbosity=0)

    words = [word for word in arguments if not word.startswith("--")]
    rounds, part = int(words[0]), words[1] if len(words) > 1 else ""
    clock = time.process_time if "--cpu" in arguments else time.perf_counter
    with stopped_clock():
        pages = [page for page in pages_list.pages() if re.search(part, page.name)]
        if "--queries" in arguments:
            return tell_queries(pages)
        print(json.dumps(took(pages, rounds, clock)))


def stopped_clock():
    """The world's last moment, and on from there: its today is today, however long it has been kept."""
    from datetime import datetime, timedelta

    from tests.benchmarks.kept_worlds import UNTIL

    until, began = datetime.fromisoformat(UNTIL), time.monotonic()
    return mock.patch("django.utils.timezone.now", lambda: until + timedelta(seconds=time.monotonic() - began))


def took(pages, rounds, clock):
    """{name: [milliseconds of each round]}."""
    found = {page.name: [] for page in pages}
    for number in range(WARM + rounds):
        gc.collect()
        for page in (page for page in pages if number < WARM or (number - WARM) % page.every == 0):
            milliseconds = page.open(number, clock)
            if number >= WARM:
                found[page.name].append(milliseconds)
    return found


def tell_queries(pages):
    """By hand: each page's slowest statements."""
    from django.db import connection, reset_queries

    connection.force_debug_cursor = True
    for page in pages:
        page.open(0)
        reset_queries()
        milliseconds = page.open(1)
        print(f"== {page.name}: {milliseconds:.1f} ms, {len(connection.queries)} queries")
        for query in sorted(connection.queries, key=lambda one: -float(one["time"]))[:4]:
            if float(query["time"]) > 0.001:
                print(f"   {float(query['time']) * 1000:.0f} ms {query['sql'][:3000]}")


if __name__ == "__main__":
    main(sys.argv[1:])
