"""Two at once with the order forced: they meet right before the step that matters."""

import threading
from contextlib import suppress

from django.db import connection

# Where the database lets only one in at a time, the other cannot arrive: waited for this long, then gone on.
MEETING = 1  # seconds


def at_once(*deeds):
    """Runs the deeds in threads of their own and returns what each gave, an exception too."""
    results = [None] * len(deeds)

    def run(n, deed):
        try:
            results[n] = deed()
        except Exception as error:
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results


def meeting_before(monkeypatch, module, name, parties=2):
    """Makes callers of module.name wait for one another right before they go in."""
    barrier, inner = threading.Barrier(parties), getattr(module, name)

    def met(*args, **kwargs):
        with suppress(threading.BrokenBarrierError):
            barrier.wait(MEETING)
        return inner(*args, **kwargs)

    monkeypatch.setattr(module, name, met)
