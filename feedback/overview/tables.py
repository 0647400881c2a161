"""The overview's tables: the same rows for the page, its file and JSON."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from feedback.choices import Issue
from feedback.metrics import METRICS
from feedback.overview import warnings
from feedback.overview.board import ENDS, SCORES, names_of

# In this order they step back where the page is narrow.
PLACES = ("calls", "nps", "csat", "average_review", "call_quality", "right_party_rate", "happy_rate")
PEOPLE = ("calls", "call_quality", "wrap_up_completion", "right_party_rate", "contact_rate", "nps", "csat")
# What an agent's improvement is read from, and by how much it must be better: less is chance.
IMPROVES = {"call_quality": 0.1, "wrap_up_completion": 1}
IMPROVED = (
    "Changes are against the period before. An agent improved where quality is better by a tenth, or the share of "
    "wrap-ups done by a point, on ten calls or more in both."
)
NOWHERE, NOBODY = "At no location", "Of no agent"


@dataclass(frozen=True)
class Row:
    """One line: `key` as JSON has it, `name` as people do, `figures` {key: Compared}, `says` what stands beside it."""

    key: object
    name: str
    figures: dict
    href: str = ""
    says: tuple = ()

    @property
    def cells(self):
        return list(self.figures.values())


@dataclass(frozen=True)
class Table:
    """Rows of a kind. `by`: the column they are sorted by, with "-" for the greatest first."""

    name: str
    title: str
    what: str  # head of the names
    group: str  # name of the key in JSON
    keys: tuple
    rows: list
    by: str = ""
    changes: tuple = ()  # keys whose change is shown
    beside: str = ""  # head of what is said beside a row
    rule: str = ""  # how it is decided

    @property
    def heads(self):
        """(metric, "ascending" | "descending" | "", what the link sorts by) of each column."""
        return [(METRICS[key], self._sorted(key), self._next(key)) for key in self.keys]

    @property
    def name_head(self):
        return self._sorted("name"), "-name" if self.by == "name" else "name"

    @property
    def tone(self):
        """Of what is said beside the rows."""
        return "warn" if self.name == "locations" else "good"

    def _sorted(self, key):
        return {key: "ascending", f"-{key}": "descending"}.get(self.by, "")

    def _next(self, key):
        return key if self.by == f"-{key}" else f"-{key}"

    @property
    def lines(self):
        """[(heads), *rows] of the file: each figure with its base, and of the period before where changes are shown."""
        heads = [self.what.lower(), *(word for key in self.keys for word in self._words(METRICS[key]))]
        heads += [self.beside.lower()] if self.beside else []
        return [heads, *([row.name, *self._values(row), *self._said(row)] for row in self.rows)]

    def _words(self, metric):
        unit = f" ({metric.unit})" if metric.unit else ""
        words = [f"{metric.label}{unit}", *([] if metric.is_count else [f"{metric.label}: {metric.base_words}"])]
        return words + ([f"{word}, before" for word in words] if metric.key in self.changes else [])

    def _values(self, row):
        for key, compared in row.figures.items():
            for figure in (compared.now, compared.before) if key in self.changes else (compared.now,):
                yield None if figure is None else figure.value
                if not METRICS[key].is_count:
                    yield 0 if figure is None else figure.n

    def _said(self, row):
        return [" ".join(row.says)] if self.beside else []

    @property
    def told(self):
        """The rows as JSON."""
        return [
            {self.group: row.key, "name": row.name, "metrics": _told(row, "now")}
            | ({"before": _told(row, "before"), "says": list(row.says)} if self.changes else {})
            for row in self.rows
        ]


def _told(row, which):
    found = {key: getattr(compared, which) for key, compared in row.figures.items()}
    return {key: told(figure) for key, figure in found.items() if figure is not None}


def told(figure):
    """A Figure as JSON, here and in the API."""
    return {"value": figure.value, "n": figure.n, "formula": figure.metric.formula}


# --- The tables -----------------------------------------------------------------------------------


def locations(board, filters, by=""):
    """Each location of the scope with its scores, and a warning where the private ones fall before the public."""
    now, before = board.by("location", PLACES)
    rows = [
        Row(
            pk,
            name,
            figures,
            href=filters.address(location=pk) if pk else "",
            says=tuple(filter(None, [warnings.warning(figures)])),
        )
        for pk, name, figures in _rows(board, "location", now, before, NOWHERE)
    ]
    table = ("locations", "Locations", "Location", "location", PLACES)
    return _sorted(Table(*table, rows, changes=PLACES, beside="Early warning", rule=warnings.IN_WORDS), by, "-calls")


def agents(board, filters, by=""):
    """Each agent of the scope, and whose work got better."""
    now, before = board.by("agent", PEOPLE)
    rows = [
        Row(pk, name, figures, href=filters.address(agent=pk) if pk else "", says=improved(figures))
        for pk, name, figures in _rows(board, "agent", now, before, NOBODY)
    ]
    table = ("agents", "Agents", "Agent", "agent", PEOPLE)
    return _sorted(Table(*table, rows, changes=tuple(IMPROVES), beside="Improved", rule=IMPROVED), by, "-calls")


def _rows(board, group, now, before, nobody):
    """(id, name, {key: Compared}) of whoever has something in either period."""
    names = names_of(group, {*now, *before})
    for pk in {*now, *before}:
        mine, then = now.get(pk), before.get(pk)
        if mine is None:
            mine = {key: metric_of_nothing(figure) for key, figure in then.items()}
        figures = {key: board.beside(figure, then and then[key]) for key, figure in mine.items()}
        if any(one.now.n or (one.before and one.before.n) for one in figures.values()):
            yield pk, names.get(pk, nobody), figures


def metric_of_nothing(figure):
    """The Figure of the same metric on an empty base."""
    return figure.metric.of(dict.fromkeys(figure.metric.columns, 0))


def improved(figures):
    """What got better, in words."""
    return tuple(f"{one.metric.label} {one.delta.words}." for one in better(figures))


def better(figures):
    """The Compared of IMPROVES that got better by more than chance; the weekly report says it of the same."""
    return [one for key, least in IMPROVES.items() if (one := figures[key]).is_better and one.change >= least]


def issues(board, filters, by=""):
    """Calls by what was wrong with them, the most frequent first and “Something else” last, with the satisfaction of
    exactly those calls."""
    found = board.issues
    order = sorted(found, key=lambda issue: (issue == Issue.OTHERS, -found[issue]["calls"], Issue(issue).label))
    rows = [
        Row(
            issue,
            Issue(issue).label,
            {key: board.beside(METRICS[key].of(found[issue])) for key in ("calls", *SCORES)},
            href=_calls(filters, issue=issue, counted="with_issue"),
        )
        for issue in order
        if found[issue]["calls"]
    ]
    return Table("issues", "What goes wrong on calls", "Issue", "issue", ("calls", *SCORES), rows)


def days(board, filters, by=""):
    """Calls by how they ended, each day, week or month."""
    return _by_time(board, "days", "Calls by how they ended", ("calls", *ENDS))


def scores(board, filters, by=""):
    """NPS and CSAT of each day, week or month."""
    return _by_time(board, "scores", "NPS and CSAT", SCORES)


def _by_time(board, name, title, keys):
    each, parts = board.buckets.each, zip(board.buckets.starts, board.parts, strict=True)
    rows = [
        Row(f"{start:%Y-%m-%d}", f"{start:%Y-%m-%d}", {key: board.beside(METRICS[key].of(sums)) for key in keys})
        for start, sums in parts
    ]
    return Table(name, title, each.title(), each, keys, rows)


TABLES = {table.__name__: table for table in (days, issues, scores, locations, agents)}


def _sorted(table, by, usual):
    """The rows in the order asked for; what has no value comes last either way."""
    key = by.removeprefix("-")
    if key != "name" and key not in table.keys:
        by, key = usual, usual.removeprefix("-")
    rows = table.rows
    if key == "name":
        rows = sorted(rows, key=_name, reverse=by.startswith("-"))
    elif key:
        rows = sorted(rows, key=_name)
        rows.sort(key=lambda row: _value(row, key, by.startswith("-")))
    return replace(table, rows=rows, by=by)


def _name(row):
    return row.name.lower(), str(row.key)


def _value(row, key, is_down):
    value = row.figures[key].now.value
    return (True, 0) if value is None else (False, -value if is_down else value)


def _calls(filters, **more):
    return f"{reverse('feedback:calls')}?{urlencode(filters.query | more)}"
