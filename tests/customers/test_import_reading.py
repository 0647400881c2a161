"""Cells, days, clocks and tables: whatever a value is written like, it is read as what it was."""

import csv
from array import array
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from openpyxl import Workbook

from customers.imports import cells, columns, dates, guessing, kinds, looking, opening, tables, workbooks
from customers.imports.clocks import Clock
from customers.imports.errors import CannotRead, Odd
from feedback.imports import call_fields

DAYS = some.dates(date(1975, 1, 1), date(2060, 12, 31))
SECONDS = some.integers(0, 86_399)
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def spellings(day):
    """A day as people and programs write it, with whether the day comes first where that matters."""
    named = MONTHS[day.month - 1]
    return {
        f"{day:%Y-%m-%d}": None,
        f"{day:%Y/%m/%d}": None,
        f"{day:%Y%m%d}": None,
        f"{day:%d.%m.%Y}": None,
        f"{day:%d/%m/%Y}": True,
        f"{day.day}/{day.month}/{day.year}": True,
        f"{day:%m/%d/%Y}": False,
        f"{day.month}-{day.day}-{day.year}": False,
        f"{day.day} {named} {day.year}": None,
        f"{day.day}-{named[:3]}-{day.year}": None,
        f"{named} {day.day}, {day.year}": None,
        f"{day:%a}, {day.day} {named[:3]} {day.year}": None,
        str((day - date(1899, 12, 30)).days): None,
    }


@given(DAYS)
def test_a_day_is_the_same_however_it_is_written(day):
    for text, day_first in spellings(day).items():
        assert dates.read(text, day_first is not False) == (day, None, None), text


@given(DAYS, SECONDS)
def test_a_moment_is_the_same_however_it_is_written(day, seconds):
    at = datetime.combine(day, time()) + timedelta(seconds=seconds)
    serial = (day - date(1899, 12, 30)).days + seconds / 86_400
    texts = [
        *(f"{at:%Y-%m-%d %H:%M:%S}", f"{at:%Y-%m-%dT%H:%M:%S}", f"{at:%Y-%m-%d %H:%M:%S.402}", f"{serial:.10f}"),
        *(f"{at:%d.%m.%Y %H:%M:%S}", f"{at:%Y-%m-%d %I:%M:%S %p}", f"{at:%d/%m/%Y, %I:%M:%S%p}"),
    ]
    for text in texts:
        found = dates.read(text, day_first=True)
        assert found and (found.day, round(found.seconds or 0)) == (day, seconds), text
    offset = dates.read(f"{at:%Y-%m-%dT%H:%M:%S}+02:00")
    assert offset == (day, seconds, 7_200)
    assert dates.read(f"{at:%Y-%m-%dT%H:%M:%S}Z") == (day, seconds, 0)


@given(some.integers(0, 43_199))
def test_a_length_of_time_is_the_same_however_it_is_written(seconds):
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    plain = cells.seconds_of()
    texts = [f"{hours}:{minutes:02}:{rest:02}", f"{hours:02}:{minutes:02}:{rest:02}", str(seconds), f"{seconds}.0"]
    texts += [f"{seconds} s", f"PT{hours}H{minutes}M{rest}S", f"{hours}h {minutes}m {rest}s", f"{seconds} seconds"]
    texts += [f"{(hours % 12) or 12}:{minutes:02}:{rest:02} AM", f"1899-12-30 {hours:02}:{minutes:02}:{rest:02}"]
    for text in texts:
        assert plain(text) == seconds, text
    if not hours:
        assert plain(f"{minutes}:{rest:02}") == seconds
    assert cells.seconds_of(is_share_of_day=True)(f"{seconds / 86_400:.14f}") == seconds
    assert cells.time_of_day(f"{hours}:{minutes:02}:{rest:02} am".replace("0:", "12:", hours == 0)) == seconds


@given(some.text(max_size=40))
def test_no_text_breaks_a_reader(text):
    readers = [
        *(cells.yes_or_no, cells.seconds_of(), cells.seconds_of(True), cells.time_of_day, cells.score_of(1, 5)),
        *(cells.moment_of(True, date(2026, 1, 1)), cells.text_of(20), cells.word_of(call_fields.ENDINGS)),
    ]
    for read in readers:
        value = read(text)
        assert value is None or isinstance(value, (bool, int, str, Odd, dates.Moment))
        if isinstance(value, Odd):
            assert value.why and "\0" not in value.why


@pytest.mark.parametrize(
    ("texts", "day_first"),
    [
        (["13/1/2021", "2/3/2021"], True),
        (["1/13/2021", "2/3/2021"], False),
        (["1/2/2021"], None),
        (["1/2/2021", "3/4/2021"], None),
        (["11/1/2019", "11/2/2019", "11/4/2019"], False),
        (["1/11/2019", "2/11/2019", "4/11/2019"], True),
        (["01.02.2021", "03.04.2021"], True),
        (["2021-01-02"], True),
    ],
)
def test_the_order_of_a_column_is_told_where_it_can_be(texts, day_first):
    order = dates.Order()
    order.note(texts)
    assert order.day_first is day_first


def test_bare_numbers_are_parts_of_a_day_only_where_all_of_the_column_is():
    field = call_fields.FIELDS[8]
    assert field.name == "talk"
    shares = columns.reader(field, columns.evidence_of(field, ["0.0016550925925925926", "0", "0.25"]), {})
    assert (shares("0.0016550925925925926"), shares("0")) == (143, 0)
    plain = columns.reader(field, columns.evidence_of(field, ["0.5", "143"]), {})
    assert (plain("143"), plain("0.5")) == (143, 0)


@given(
    DAYS,
    SECONDS,
    some.sampled_from(["UTC", "America/New_York", "Europe/Lisbon", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_a_clock_is_that_of_its_zone_on_every_day(day, seconds, zone):
    at = Clock(zone).at(dates.Moment(day, seconds))
    wall = datetime.combine(day, time()) + timedelta(seconds=seconds)
    assert at == wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


CELLS = some.text(some.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), max_size=12)


@QUICK
@given(
    some.lists(some.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=40),
    some.sampled_from([",", ";", "\t", "|"]),
    some.sampled_from(["\n", "\r\n"]),
    some.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    some.integers(1, 9),
)
def test_a_table_is_read_as_it_was_written_from_any_portion_on(tmp_path_factory, rows, delimiter, end, encoding, size):
    run, folder = SimpleNamespace(uuid="run"), tmp_path_factory.mktemp("table")
    rows = [["x", *row[1:]] if not any(map(str.strip, row)) else row for row in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("customers.imports.files.folder", lambda: folder)
        with open(folder / "run.file", "w", newline="", encoding=encoding) as file:
            writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
            writer.writerows([["Name", "Colour", "Remark"], *rows])
        shape = opening.open_up(run)
        path = folder / ("run.rows" if encoding == "utf-16" else "run.file")
        read, cursor, row = [], 0, 0
        while True:
            portion = next(iter(tables.portions(path, shape, size, cursor, row)), None)
            if portion is None:
                break
            read, cursor, row = [*read, *portion.rows], portion.cursor, portion.row
    assert shape.heads == ("Name", "Colour", "Remark") and shape.delimiter == delimiter
    assert [cells for _, cells in read] == rows
    assert [number for number, _ in read] == list(range(2, len(rows) + 2))


@given(some.lists(some.integers(0, 6), max_size=30), some.integers(1, 7))
def test_what_comes_twice_is_found_as_by_comparing_everything(keys, portion):
    marks, texts = looking.Marks(), [str(key) if key else "" for key in keys]
    for start in range(0, len(texts), portion):
        marks.add(texts[start : start + portion], list(range(start, start + portion))[: len(texts) - start])
    expected = {n: texts[:n].count(text) for n, text in enumerate(texts) if text and text in texts[:n]}
    assert marks.repeats(lambda: CannotRead("")) == expected
    assert marks.hashes.itemsize == 8 and isinstance(marks.rows, array)


def test_headings_are_understood_and_questions_are_not_taken_for_names():
    assert guessing.words_of("AvgTalkDuration") == "avg talk duration"
    assert guessing.words_of("Answered (Y/N)") == "answered y n"
    kind = kinds.of("calls")
    heads = ["What was your favourite session with an agent, date and time?", "Call_ID", "START TIME", "Status"]
    sample = [["none", "1", "2021-01-01 10:00", "answered"]]
    assert guessing.mapping(kind, heads, sample) == {"call_id": 1, "date": 2, "answered": 3}


def test_a_workbooks_own_times_become_what_a_person_would_type(tmp_path):
    book = Workbook()
    book.active.append(["Date", "Time", "Length", "Number", "Yes", "Empty", "Text"])
    at = datetime(2021, 3, 4, 9, 8, 7)
    book.active.append([at, at.time(), timedelta(hours=30, seconds=5), 3.0, True, None, "=1+1"])
    book.active.append([date(2021, 3, 4), time(0), timedelta(0), 2.5, False, None, "x"])
    book.save(tmp_path / "book.xlsx")
    with open(tmp_path / "rows.csv", "wb") as target:
        workbooks.to_text(tmp_path / "book.xlsx", target)
    rows = list(csv.reader((tmp_path / "rows.csv").read_text().splitlines()))
    assert rows[1][:6] == ["2021-03-04 09:08:07", "09:08:07", "30:00:05", "3", "TRUE", ""]
    assert rows[2][:6] == ["2021-03-04", "00:00:00", "0:00:00", "2.5", "FALSE", ""]
