"""What the engine, a vendor's list and an app say to one another. Times are whole unix seconds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

PER_PAGE = 100  # the most FeedbackAPI returns; a vendor that gives fewer is understood too


@dataclass(frozen=True, slots=True)
class Ask:
    """One page to fetch, oldest first: stamps from `after` to `before`, the page from 0, PER_PAGE rows."""

    after: int | None
    before: int
    page: int = 0


@dataclass(frozen=True)
class Source:
    """A vendor's list.

    fetch     (Ask) -> a page with `rows`, `odd` (vendor_id, reason, raw), `total_count`, `returned`. Called in
              threads, so it must not touch the database; raises the drawn errors
    stamp     (row) -> the time the list is ordered by, aware, or None
    find      (vendor id) -> the row, or None when the vendor has none; raises the drawn errors
    reserve   how many of the connection's requests a second it leaves to others

    Rows have `vendor_id` and `raw`.
    """

    fetch: Callable
    stamp: Callable
    find: Callable
    reserve: int = 0


@dataclass(frozen=True)
class Counts:
    """What a sink did with some rows. `failed` holds (vendor_id, reason in words, raw) of each it set aside."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: tuple = ()

    def __add__(self, other):
        return Counts(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.failed + other.failed,
        )


@dataclass(frozen=True)
class Gone:
    """How an app lets a full run find what the vendor has no more. All three run in the engine's hands.

    known    () -> how many living rows of this list the app has
    unseen   (run) -> vendor ids, an iterable, of living rows that are not in `run.seen`
    mark     (vendor ids) -> how many it has now marked as gone
    """

    known: Callable[[], int]
    unseen: Callable[..., Iterable[str]]
    mark: Callable[[list], int]


class AlreadyRunning(Exception):
    """Somebody else reads this list right now; `run` is theirs."""

    def __init__(self, run):
        super().__init__("This list is being read already.")
        self.run = run


class CannotRun(Exception):
    """The connection is off or paused; `str()` says why."""
