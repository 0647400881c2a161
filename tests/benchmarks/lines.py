"""What a benchmark returns: lines of the table, and a way to time things fairly."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One row. `measured` and `against` are texts with their units; `ratio` a number or None; `aim` its own, if any."""

    measured: str
    against: str = ""
    ratio: float | None = None
    aim: str = ""

    def cells(self):
        return self.measured, self.against, "" if self.ratio is None else f"{self.ratio:.2f}"


def best_of(times, deed):
    """Seconds of the fastest of so many runs of `deed()`: noise only ever adds."""
    return min(_seconds(deed) for _ in range(times))


def _seconds(deed):
    begin = time.perf_counter()
    deed()
    return time.perf_counter() - begin


def percentile(values, share):
    """The value below which this share (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
