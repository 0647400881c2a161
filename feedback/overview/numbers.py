"""All figures there are, and what a receipt says of one."""

from dataclasses import dataclass

from django.urls import reverse

from feedback import dead_numbers, metrics
from feedback.cases import figures as cases
from feedback.dead_numbers import DISCONNECTED
from feedback.inbox.figures import HOURS_TO_REPLY, hours_to_reply
from feedback.overview import rows
from feedback.overview.board import MOVING
from feedback.tallies.columns import CALLS, NAMES

ALL = metrics.METRICS | {HOURS_TO_REPLY.key: HOURS_TO_REPLY, DISCONNECTED.key: DISCONNECTED} | cases.METRICS
GROUPS = {  # headings of the page with all figures
    "calls": "Calls",
    "wrap-ups": "Wrap-ups",
    "deliveries": "What vendors were told",
    "answers": "What customers answered",
    "requests": "Requests for feedback",
    "reviews": "Public reviews",
    "cases": "Cases",
    "numbers": "Telephone numbers",
}
POPULATIONS = {
    "calls": "calls of the chosen locations, agents and providers",
    "wrap-ups": "calls of the chosen locations, agents and providers, and what agents said of them",
    "deliveries": "what a wrap-up in its present version has to tell vendors",
    "answers": "private answers at the chosen locations; with an agent or provider those tied to one of their calls",
    "requests": "requests for feedback of the chosen locations; with an agent or provider those after their calls",
    "reviews": "public reviews of the chosen locations; they are of no agent and no provider",
    "cases": "cases of the chosen locations; with an agent those they own; a case is of no provider",
    "numbers": "numbers of customers of the chosen locations",
}


def compared(board, keys=None):
    """{key: Compared} of these figures, of all without."""
    keys = list(keys or ALL)
    found = board.compared([key for key in keys if key in metrics.METRICS])
    for others, count in OTHERS:
        if others & set(keys):
            now, before = count(board.scope), count(board.past)
            found |= {key: board.beside(now[key], before[key]) for key in others}
    return {key: found[key] for key in keys}


# What is not summed by day, counted from the rows: (keys, scope → {key: Figure}).
OTHERS = (
    ({DISCONNECTED.key}, lambda scope: {DISCONNECTED.key: dead_numbers.figure(scope)}),
    ({HOURS_TO_REPLY.key}, lambda scope: {HOURS_TO_REPLY.key: hours_to_reply(scope)}),
    (set(cases.METRICS), cases.overview),
)


def overview(scope, reading=None):
    """{key: Figure} of every figure in ALL."""
    found = metrics.overview(scope, reading)
    for _, count in OTHERS:
        found |= count(scope)
    return found


@dataclass(frozen=True)
class Counted:
    """A part of a figure: how many rows, and where they are. `words`: what they are."""

    words: str
    count: int
    href: str
    csv: str = ""


@dataclass(frozen=True)
class Receipt:
    """Everything there is to say of a figure. `top` and `base`: [Counted]."""

    figure: object
    population: str
    top: list
    base: list
    sources: list
    is_open: bool

    @property
    def metric(self):
        return self.figure.metric


def receipt(board, filters, key):
    """The Receipt of ALL[key] for the board's period."""
    metric = ALL[key]
    opened = {name: _counted(name, board, filters) for name in metric.columns}
    return Receipt(
        compared(board, [key])[key],
        POPULATIONS[metric.source],
        [opened[name] for name in metric.top_columns],
        [] if metric.is_count else [opened[name] for name in metric.base_columns],
        board.sources.of(metric, board.scope),
        key in MOVING and board.is_open,
    )


def _counted(column, board, filters):
    """A sum is opened by the rows that are summed."""
    name = rows.counted(column)
    if name in CALLS:
        return Counted(
            rows.words(name), board.sums[name], f"{reverse('feedback:calls')}{filters.address(counted=name)}"
        )
    count = board.sums[name] if name in NAMES else rows.found(board.scope, name).count()
    return Counted(
        rows.words(name), count, _rows("number_rows", name, filters), _rows("number_rows_csv", name, filters)
    )


def _rows(page, name, filters):
    return reverse(f"feedback:{page}", args=[name]) + filters.address()
