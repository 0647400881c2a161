"""Reading a vendor's list, all of it or what is new, so that nothing is missed, doubled or believed too soon.

    run(connection, resource, source, sink, …)   begins or goes on, one worker a list, and gives the SyncRun

A run is a keyset of time windows (keyset.py); rows and cursor are one commit a page (storing.py); it goes on
after a kill, a revoked token or an outage where it stood (runs.py, engine.py); a full run also finds what is
gone (vanished.py).
"""

import time

from integrations.sync import runs
from integrations.sync.asks import PER_PAGE, AlreadyRunning, Ask, CannotRun, Counts, Gone, Source
from integrations.sync.engine import Engine, refuse_inside_a_transaction
from integrations.sync.plans import LONG_LIST, Plan, plan, plan_of, plans

__all__ = [
    "LONG_LIST",
    "PER_PAGE",
    "AlreadyRunning",
    "Ask",
    "CannotRun",
    "Counts",
    "Gone",
    "Plan",
    "Source",
    "plan",
    "plan_of",
    "plans",
    "run",
]


def run(
    connection,
    resource,
    source,
    sink,
    *,
    full=False,
    gone=None,
    windows=1,
    seconds=None,
    progress=None,
    nap=time.sleep,
):
    """Reads the list `resource` of a connection; gives its SyncRun as it stands afterwards.

    source    a Source: how to fetch a page, when a row was made, how to find one by its id
    sink      (rows) -> Counts: writes those whose digest differs, in the engine's transaction; it may be called
              with one row at a time, and again with rows it has had
    full      from the beginning, even where an earlier run has read to an end
    gone      a Gone, for a full run to find what the vendor has no more
    windows   requests under way at once
    seconds   after so many the worker puts the run down; call again to go on (a live run is gone on with)
    progress  (run) -> None, called after each page with fresh counts
    nap       (seconds) -> None, how to wait

    The run's `state` says how it ended: complete; incomplete, with the reason; paused, to be gone on with; or
    running when its time was over. Raises AlreadyRunning, CannotRun; RuntimeError inside a transaction.
    """
    refuse_inside_a_transaction()
    row, owner = runs.take(connection, resource, full)
    engine = Engine(row, owner, source, sink, gone=gone, windows=windows, seconds=seconds, progress=progress, nap=nap)
    engine.go()
    return row
