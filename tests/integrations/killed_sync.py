"""A sync that ends itself with SIGKILL at the n-th time it comes to a point: `killed_sync.py POINT N WINDOWS [FILE]`.

With a FILE another process reads the pages, and every process that has read one is noted there.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(point, times, windows, readers=None):
    sys.path[:0] = [str(ROOT)]
    import django

    django.setup()

    from integrations import sync
    from integrations.feedbackapi import lists
    from integrations.models import Connection
    from integrations.sync import engine, storing
    from tests.integrations import kept_rows
    from tests.mortal import dies

    passing = dies(point, times)

    save_cursor = storing._save

    def save(window):
        passing("before_commit")  # the rows are written, the cursor is not
        save_cursor(window)

    storing._save = save

    if readers:
        engine.VERY_LONG, engine.QUICK = 1, 60

    def fetch(ask):
        passing("while_asking")
        if readers:
            with Path(readers).open("a") as file:
                file.write(f"{os.getpid()}\n")
        return ask_vendor(ask)

    connection = Connection.objects.of("feedbackapi")
    ask_vendor = lists.fetch(connection, "customers")
    source = sync.Source(fetch, lists.stamp(), lists.find(connection, "customers"))
    after_commit = lambda run: passing("after_commit")  # noqa: E731
    sync.run(connection, "customers", source, kept_rows.sink, windows=int(windows), progress=after_commit)


if __name__ == "__main__":
    main(*sys.argv[1:])
