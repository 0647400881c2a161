"""A small call log with every quirk of the real ones, in the four forms in which people export it.

Calls come in pairs with the same time; the last three columns are blank where nobody answered; there is no zone.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from openpyxl import Workbook

HEADS = (
    "Call Id", "Agent", "Date", "Time", "Topic", "Answered (Y/N)", "Resolved", "Speed of answer in seconds",
    "AvgTalkDuration", "Satisfaction rating",
)  # fmt: skip
AGENTS = ("Becky", "Dan", "Diane")
TOPICS = ("Contract related", "Technical Support", "Payment related")
FORMS = ("iso.csv", "bom_crlf.csv", "semicolon_serial_12h.csv", "workbook.xlsx")


@dataclass(frozen=True)
class Logged:
    """One call as the log means it."""

    id: str
    agent: str
    at: datetime
    topic: str
    answered: bool
    resolved: bool
    wait: int | None
    talk: int | None
    rating: int | None


def log(rows=60):
    """The calls, two at each time, from January to March; each fifth is not answered."""
    return [_logged(n) for n in range(1, rows + 1)]


def _logged(n):
    pair = (n - 1) // 2
    at = datetime(2021, 1, 1, 9, 12, 58) + timedelta(days=pair * 3, seconds=pair * 1_801)
    answered = n % 5 != 0
    said = (10 + n, 30 + n * 7, n % 5 or 3) if answered else (None, None, None)
    return Logged(f"ID{n:04}", AGENTS[n % 3], at, TOPICS[n % 3], answered, answered and n % 4 != 0, *said)


def write(path, form, calls=None):
    """The log as a file of that form; its path."""
    path = path / form
    calls = log() if calls is None else calls
    if form.endswith(".xlsx"):
        _workbook(calls).save(path)
    else:
        path.write_bytes(_WRITERS[form](calls))
    return path


def _yes(value):
    return "Y" if value else "N"


def _iso(calls):
    return _csv(calls, ",", "\n", lambda at: (f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}"), "{:%H:%M:%S}".format).encode()


def _bom(calls):
    text = _csv(calls, ",", "\r\n", lambda at: (f"{at:%Y-%m-%d}", _short(at)), _short)
    return b"\xef\xbb\xbf" + text.encode()


def _short(at):
    return f"{at.hour}:{at:%M:%S}"


def _serial(calls):
    """A day's part for the time, a duration that became a time of day, and two summaries that strayed in."""
    more = [("Calls Answered (Y)", "Total Calls Resolved"), *((_yes(one.answered), "") for one in calls)]
    more[1], more[3] = ("Y", str(sum(one.answered for one in calls))), ("Y", str(sum(one.resolved for one in calls)))
    return _csv(calls, ";", "\r\n", lambda at: (f"{at:%d.%m.%Y}", _part(at)), "{:%I:%M:%S %p}".format, more).encode()


def _part(at):
    return f"{(at - datetime.combine(at, time())).total_seconds() / 86_400:.14f}"


def _csv(calls, delimiter, end, when, clock, more=None):
    """`when` writes a moment as two cells, `clock` a talk time that is given as a time after midnight."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    talks = [one.talk and clock(_midnight(one.talk)) for one in calls]
    rows = [_cells(one, when(one.at), talk) for one, talk in zip(calls, talks, strict=True)]
    for n, row in enumerate([HEADS, *rows]):
        writer.writerow([*row, *(more[n] if more else ())])
    return text.getvalue()


def _midnight(seconds):
    return datetime(2000, 1, 1) + timedelta(seconds=seconds)


def _cells(one, when, talk):
    said = (one.wait, talk, one.rating)
    return (one.id, one.agent, *when, one.topic, _yes(one.answered), _yes(one.resolved), *said)


def _workbook(calls):
    """Dates as text, times as a spreadsheet's own, and no cell where there is nothing to say."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEADS)
    for one in calls:
        talk = one.talk and _midnight(one.talk).time()
        row = _cells(one, (f"{one.at:%Y-%m-%d}", one.at.time()), talk)
        sheet.append(row if one.answered else row[:7])
    return book


_WRITERS = {"iso.csv": _iso, "bom_crlf.csv": _bom, "semicolon_serial_12h.csv": _serial}


def month_of(at):
    return date(at.year, at.month, 1)
