"""Runs one command and ends it, with everything it started, when whoever asked for it is gone.

    python -m config.processes.guard COMMAND...

Standard input is a pipe nobody writes to: its end means that the caller is gone, however it died.
The caller starts the guard as the leader of a new process group. Standard library only: it must be
small, and start at once.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

STDIN = 0
GRACE = 10  # seconds to end in good order before the whole group is killed


def run(command):
    """Runs it to its end and returns its exit status; SIGTERM is handed on to it alone."""
    child, caller_is_gone = subprocess.Popen(command, stdin=subprocess.DEVNULL), threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
    threading.Thread(target=_end_with_caller, args=[child, caller_is_gone], daemon=True).start()
    status = child.wait()
    if caller_is_gone.is_set():
        _end_group()  # nobody else is left to see to what it left behind
    return status


def _end_with_caller(child, caller_is_gone):
    while os.read(STDIN, 1):  # not sys.stdin: its lock would be in the way of our own end
        pass
    caller_is_gone.set()
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(GRACE)
    _end_group()


def _end_group():
    os.killpg(0, signal.SIGKILL)  # what it started, and ourselves


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
