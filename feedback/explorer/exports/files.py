"""The files: rows that are appended and can be gone on with, and the workbook made of them at the end.

Both formats begin as the same rows on the disk. A workbook cannot be appended to, so it is written from them in one
go; whoever dies over it begins only that part again.
"""

import csv
import fcntl
import io
import os
import time
from contextlib import contextmanager

from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from accounts import exports
from feedback.explorer.exports import columns
from feedback.explorer.exports.choices import FileFormat
from feedback.explorer.exports.errors import LeaseLost

SHEET_ROWS = 1_000_000  # calls a sheet; Excel's own end is 48,576 rows further
CELL = 32_767  # characters that Excel takes in a cell
BEAT = 5_000  # rows between two signs of life
BEAT_EVERY = 5  # seconds between two, where there are no rows to count


def folder():
    """Where they stand; made when it is missing, closed to everybody but the owner of the process."""
    where = settings.VAR_DIR / "exports"
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    return where


def path_of(export):
    """The file its owner gets."""
    return folder() / f"{export.file_name}.{export.format}"


def spool_of(export):
    """The file its rows are appended to: for CSV the same."""
    return path_of(export) if export.format == FileFormat.CSV else folder() / f"{export.file_name}.rows"


def is_whole(export):
    """Whether all that its row knows of is on the disk."""
    path = spool_of(export)
    return path.exists() and path.stat().st_size >= export.size


def forget(export):
    """Removes all that was written. Harmless twice."""
    for path in (path_of(export), spool_of(export), _part_of(export)):
        path.unlink(missing_ok=True)


def _part_of(export):
    return folder() / f"{export.file_name}.part"


def _open_private(path, flags=0):
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600), "r+b")


@contextmanager
def appending(export):
    """The open file, with exactly the rows that the export's row knows of. Raises LeaseLost while another process
    still writes to it, also one that lost its lease and has not noticed."""
    with _open_private(spool_of(export)) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LeaseLost from None
        file.seek(0, os.SEEK_END)
        if file.tell() < export.size:  # a disk that lost what it had promised: from the beginning
            export.size, export.done, export.cursor = 0, 0, ""
        file.truncate(export.size)
        file.seek(export.size)
        yield file


def as_bytes(export, calls, zone, with_heads):
    """The calls as lines of the file, after the headings where it begins with them."""
    text = io.StringIO(newline="")
    writer, shown = csv.writer(text), exports.cell if export.format == FileFormat.CSV else _plain
    if with_heads:
        text.write(exports.BOM)
        writer.writerow(columns.heads(export.zone))
    for call in calls:
        writer.writerow([shown(value, zone) for value in columns.cells(call)])
    return text.getvalue().encode()


def _plain(value, zone):
    """As a cell of a workbook has it: typed as text there, it is no formula whatever it begins with."""
    return ILLEGAL_CHARACTERS_RE.sub("", value)[:CELL] if isinstance(value, str) else exports.cell(value, zone)


def make_workbook(export, beat):
    """The rows as XLSX, each sheet with the headings. `beat()` is called now and then. Its size in bytes."""
    book, part = Workbook(write_only=True), _part_of(export)
    with open(spool_of(export), encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        heads = next(lines)
        sheet = _sheet(book, heads, 1)
        for number, line in enumerate(lines):
            if number and number % SHEET_ROWS == 0:
                sheet = _sheet(book, heads, number // SHEET_ROWS + 1)
            sheet.append([_text(sheet, value) for value in line])
            if number % BEAT == 0:
                beat()
    beat()
    with _open_private(part, os.O_TRUNC) as file:
        book.save(_Beating(file, beat))
        size = file.tell()
    beat()  # not when it was cancelled meanwhile
    part.replace(path_of(export))
    return size


class _Beating:
    """A file that gives a sign of life while somebody writes to it: a million rows take minutes to pack."""

    def __init__(self, file, beat):
        self.file, self.beat, self.last = file, beat, time.monotonic()

    def write(self, data):
        if time.monotonic() - self.last >= BEAT_EVERY:
            self.beat()
            self.last = time.monotonic()
        return self.file.write(data)

    def __getattr__(self, name):
        return getattr(self.file, name)


def _sheet(book, heads, number):
    sheet = book.create_sheet("Calls" if number == 1 else f"Calls {number}")
    sheet.freeze_panes = "A2"
    sheet.append(heads)
    return sheet


def _text(sheet, value):
    if not value.startswith("="):
        return value or None
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"  # openpyxl takes it for a formula
    return cell
