"""How far long work is: a bar for a person at a terminal, plain lines for logs and pipes.

with progress.shown(out) as say:
    say("calls", 20_000, 1_000_000)
"""

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

SAY_EVERY = 5  # seconds between two plain lines about one thing


def shown(out):
    """A context that gives `say(what, done, of)`; `out` is where lines go."""
    return Bars() if out.isatty() else Lines(out)


class Lines:
    """One line when something begins to take long and one when it is done."""

    def __init__(self, out):
        self.out, self.began, self.said_at = out, {}, 0

    def __enter__(self):
        return self.say

    def __exit__(self, *error):
        pass

    def say(self, what, done, of):
        """Hears that `done` of `of` are done."""
        now = time.monotonic()
        self.began.setdefault(what, now)
        if done >= of:
            self._line(f"{what}: {done:,} in {now - self.began[what]:.1f} s")
        elif now - self.said_at >= SAY_EVERY and done:
            self._line(f"{what}: {done:,} of {of:,}")

    def _line(self, words):
        self.said_at = time.monotonic()
        self.out.write(words)
        self.out.flush()


class Bars:
    """A bar a thing."""

    def __init__(self):
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bars, self.tasks = Progress(*columns, console=Console(file=sys.stdout)), {}

    def __enter__(self):
        self.bars.start()
        return self.say

    def __exit__(self, *error):
        self.bars.stop()

    def say(self, what, done, of):
        """Hears that `done` of `of` are done."""
        if what not in self.tasks:
            self.tasks[what] = self.bars.add_task(what, total=of)
        self.bars.update(self.tasks[what], completed=done, total=of)
