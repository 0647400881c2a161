"""Workbooks as plain text: read as a stream, written as CSV beside the file, so that all else is one thing.

A workbook is an archive of XML, so one of a few kilobytes may be gigabytes. What it says of its own size is looked
at before anything is unpacked, and the archive's reader gives no more than that.
"""

import csv
import io
import warnings
import zipfile
from datetime import date, datetime, time, timedelta

from openpyxl import load_workbook

from customers.imports import archives, tables
from customers.imports.errors import CannotRead

UNPACKED = 2 * 1024**3  # bytes of all parts; a million rows of twenty columns are less
IN_MEMORY = 64 * 1024**2  # of the texts that are kept apart and must be held at once
SAY_EVERY = 5_000  # rows

BOMB = "Unpacked, this file would be too large to read. Save the table as CSV."
BROKEN = "This workbook is damaged, or protected by a password. Save the table as CSV or XLSX."
MANY_TEXTS = "This workbook has more text than can be held at once. Save the table as CSV."
NO_SHEET = "There is no sheet called “{}”. There are: {}."
NO_ROWS = "No sheet of this workbook has a table."
NO_ROWS_THERE = "There is nothing in the sheet “{}”."
_HELD = ("xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml")


def is_workbook(path):
    """Whether an archive is a workbook."""
    return any(part.filename == "xl/workbook.xml" for part in archives.parts(path))


def refuse_bombs(archive):
    """Raises CannotRead for an archive that would unpack to more than can be."""
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > UNPACKED:
        raise CannotRead(BOMB)
    if any(part.file_size > IN_MEMORY for part in parts if part.filename in _HELD):
        raise CannotRead(MANY_TEXTS)


def to_text(path, target, sheet="", progress=None):
    """Writes a sheet (the first with a table unless named) to `target`, an open binary file, as CSV.

    Gives (its name, all names). `progress()` is called now and then. Raises CannotRead.
    """
    with archives.readable(BROKEN):
        with zipfile.ZipFile(path) as archive:
            refuse_bombs(archive)
        with open(path, "rb") as source, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read anyway: drawings, validations
            book = load_workbook(source, read_only=True, data_only=True)  # by its name it would ask for an ending
            try:
                return _written(book, target, sheet, progress)
            finally:
                book.close()


def _written(book, target, wanted, progress):
    sheets = [one for one in book.worksheets if one.sheet_state == "visible"] or book.worksheets
    names = tuple(one.title for one in sheets)
    if wanted:
        if wanted not in names:
            raise CannotRead(NO_SHEET.format(wanted, ", ".join(names)))
        sheets = [one for one in sheets if one.title == wanted]
    for sheet in sheets:
        sheet.reset_dimensions()  # some programs write a wrong one
        if _write_rows(sheet, target, progress):
            return sheet.title, names
        target.seek(0)
        target.truncate()
    raise CannotRead(NO_ROWS_THERE.format(wanted) if wanted else NO_ROWS)


def _write_rows(sheet, target, progress):
    """How many rows with something in them were written."""
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=False)
    writer, count = csv.writer(text), 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if len(row) > tables.MOST_COLUMNS:
            row = _trimmed(row)
        writer.writerow([_text(value) for value in row])
        count += any(value is not None for value in row)
        if progress and number % SAY_EVERY == 0:
            progress()
    text.detach()
    return count


def _trimmed(row):
    """Without the empty cells at its end, which some programs write by the thousand."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    if end > tables.MOST_COLUMNS:
        raise CannotRead(tables.TOO_WIDE.format(end))
    return row[:end]


def _text(value):
    """A cell as the text that a person would have typed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _clock(round(value.total_seconds()))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _clock(seconds):
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds >= 0 else str(seconds)
