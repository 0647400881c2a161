"""Where a window stands and what to ask next: pure rules, no database and no network.

Walking the pages of a changing list loses rows as soon as one disappears between two requests. So a window is
a keyset: oldest first, always page 0, from the last stamp seen, inclusive. Three things bend that:

    no row with the last stamp came back   `after` may be exclusive here: ask once more from a second earlier
    a full page of nothing newer           many rows of one second: that instant alone is walked by page, and
                                           again from its start when its total shrinks
    a page out of order                    the list does not sort: all its pages are walked until two passes agree
"""

from dataclasses import dataclass, field, fields
from hashlib import blake2b

from integrations.sync.asks import PER_PAGE, Ask

KEYSET, INSTANT, WALK = "keyset", "instant", "walk"
MOST_RESTARTS = 3  # of one instant; a list that shrinks faster than it can be read is read another time
MOST_PASSES = 6  # over a list that does not sort
SHRINKS = "Rows of one second kept disappearing while they were read."
CHANGES = "The vendor's list has no order and kept changing while it was read."
SAME_PAGE = "The vendor shows the same page whichever is asked for."


@dataclass
class Position:
    """One window. `cursor` is the last stamp seen; `met` says that rows with it must come back."""

    lower: int | None
    upper: int
    cursor: int | None = None
    met: bool = False
    back: int = 0  # seconds to ask earlier: 1 once the vendor has shown that it excludes `after` itself
    probing: bool = False  # the present question is asked a second earlier, to see whether it does
    way: str = KEYSET
    page: int = 0
    total: int | None = None  # of the walk under way, as its first page counted
    seen: int = 0  # entries of the walk under way
    restarts: int = 0
    passes: int = 0
    remaining: int | None = None  # entries after the last page, as far as the vendor counts
    done: bool = False
    trouble: str = ""
    last_page: str = ""  # which rows the last page of the walk under way held
    # Not kept (nor shown): a resumed walk of a list without order begins again.
    this_pass: set = field(default_factory=set, repr=False)
    that_pass: set | None = field(default=None, repr=False)

    def kept(self):
        """What is saved, as plain JSON."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.repr}

    @classmethod
    def of(cls, kept):
        """The position that was saved."""
        position = cls(**kept)
        if position.way == WALK:
            position.page = position.seen = position.passes = 0
        return position


def next_ask(at):
    """The next page to fetch for a position that is not done."""
    if at.way == INSTANT:
        # Wide enough that this second and the next are in it whether or not the vendor includes its bounds, which
        # an instant met on the first page of all leaves open.
        return Ask(at.cursor - 1, at.cursor + 2, at.page)
    if at.way == WALK:
        return Ask(at.lower, at.upper, at.page)
    after = at.cursor if at.cursor is not None else at.lower
    return Ask(after if after is None else after - max(at.back, int(at.probing)), at.upper)


def advance(at, page, stamps):
    """Moves the position past a page whose rows had these stamps (unix seconds, None where a row has none)."""
    known = [stamp for stamp in stamps if stamp is not None]
    if at.way == INSTANT:
        _instant(at, page)
    elif at.way == WALK:
        _walk(at, page)
    elif known != sorted(known):
        _begin_walk(at)
    else:
        _keyset(at, page, known)


def halves(at, parts):
    """New positions for the later parts of a window, which itself keeps the first. [] when it is too narrow.

    Neighbours share a second, so that it does not matter which bounds a vendor includes.
    """
    if at.way != KEYSET or at.cursor is None or at.done:
        return []
    step = (at.upper - at.cursor) // parts
    if step < 2:
        return []
    edges = [at.cursor + step * n for n in range(1, parts)] + [at.upper]
    at.upper, at.remaining = edges[0] + 1, (at.remaining or 0) // parts
    return [
        Position(lower=left - 1, upper=right + (right != edges[-1]), back=at.back)
        for left, right in zip(edges, edges[1:], strict=False)
    ]


def _keyset(at, page, stamps):
    if at.met and at.cursor not in stamps and not at.back:
        if not at.probing:
            at.probing = True  # they were deleted, or the vendor excludes `after` itself
            return
        at.met = False
    elif at.probing and at.cursor in stamps:
        at.back = 1
    at.probing = False
    _note_remaining(at, page)
    if page.returned == 0 or _is_all(page, page.returned):
        at.done = True
    elif not stamps or stamps[-1] <= _low(at) or stamps[0] == stamps[-1]:
        _begin_instant(at, stamps)
    else:
        at.cursor, at.met = stamps[-1], True


def _low(at):
    low = at.cursor if at.cursor is not None else at.lower
    return -1 if low is None else low


def _is_all(page, seen):
    """Whether `seen` entries are all there are. A vendor may return fewer a page than asked, so its total counts."""
    return page.returned < PER_PAGE if page.total_count is None else seen >= page.total_count


def _note_remaining(at, page):
    at.remaining = None if page.total_count is None else max(page.total_count - page.returned, 0)


def _begin_instant(at, stamps):
    """A page full of one second, or of nothing newer than the cursor. Rows without any stamp: walk them all."""
    if not stamps and at.cursor is None:
        _begin_walk(at)
        return
    at.cursor = stamps[-1] if stamps else at.cursor
    at.way, at.restarts = INSTANT, 0
    _from_first_page(at)


def _from_first_page(at):
    at.page, at.seen, at.total, at.last_page = 0, 0, None, ""


def _instant(at, page):
    if at.page == 0:
        at.total = page.total_count
    elif at.total is not None and page.total_count is not None and page.total_count < at.total:
        _restart(at)
        return
    if _is_walked(at, page) and not at.done:
        _leave_instant(at)


def _restart(at):
    at.restarts += 1
    if at.restarts > MOST_RESTARTS:
        _give_up(at, SHRINKS)
    else:
        _from_first_page(at)


def _leave_instant(at):
    at.way, at.cursor, at.met = KEYSET, at.cursor + 1, False
    _from_first_page(at)
    at.done = at.cursor > at.upper


def _begin_walk(at):
    at.way, at.passes, at.that_pass, at.this_pass = WALK, 0, None, set()
    _from_first_page(at)


def _walk(at, page):
    at.this_pass.update(row.vendor_id for row in page.rows)
    if not _is_walked(at, page) or at.done:
        return
    at.passes += 1
    at.done = at.this_pass == at.that_pass
    at.that_pass, at.this_pass = at.this_pass, set()
    _from_first_page(at)
    if not at.done and at.passes >= MOST_PASSES:
        _give_up(at, CHANGES)


def _is_walked(at, page):
    """Counts a page of a walk; whether it was the last. A vendor whose pages begin at 1 shows the first one twice."""
    this_page = _held(page)
    again = bool(page.rows) and this_page == at.last_page
    if again and at.page > 1:
        _give_up(at, SAME_PAGE)
        return True
    at.seen += 0 if again else page.returned
    at.last_page = this_page
    at.page += 1
    return page.returned == 0 or _is_all(page, at.seen)


def _held(page):
    """A short name for the rows a page holds."""
    return blake2b("\n".join(row.vendor_id for row in page.rows).encode(), digest_size=8).hexdigest()


def _give_up(at, trouble):
    at.trouble, at.done = trouble, True
