"""A sync that ends itself with SIGKILL at the n-th time it comes to a point: `killed_sync.py POINT N WINDOWS`."""

import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(point, times, windows):
    sys.path[:0] = [str(ROOT)]
    import django

    django.setup()

    from integrations import sync
    from integrations.feedbackapi import lists
    from integrations.models import Connection
    from integrations.sync import storing
    from tests.integrations import kept_rows

    left = {point: int(times)}

    def passing(here):
        left[here] = left.get(here, 0) - 1
        if left[here] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    save_cursor = storing._save

    def save(window):
        passing("before_commit")  # the rows are written, the cursor is not
        save_cursor(window)

    storing._save = save

    def fetch(ask):
        passing("while_asking")
        return ask_vendor(ask)

    connection = Connection.objects.of("feedbackapi")
    ask_vendor = lists.fetch(connection, "customers")
    source = sync.Source(fetch, lists.stamp(), lists.find(connection, "customers"))
    after_commit = lambda run: passing("after_commit")  # noqa: E731
    sync.run(connection, "customers", source, kept_rows.sink, windows=int(windows), progress=after_commit)


if __name__ == "__main__":
    main(*sys.argv[1:])
