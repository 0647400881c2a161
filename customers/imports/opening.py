"""What a file is, told from its first bytes and not from its name; what is no plain text becomes that."""

import os
import zipfile
from datetime import date

from customers.imports import archives, files, tables, workbooks
from customers.imports.errors import CannotRead

PDF = "This is a PDF: a picture of a table. Ask for the table as CSV or XLSX."
OLD_WORKBOOK = "This is a workbook of the old kind, or one with a password. Save it as XLSX without one, or as CSV."
PACKED = "This archive is of a kind that is not opened here. Unpack it first."
NOT_ONE = "This archive should hold one table, as CSV or XLSX: it holds {}."
DAMAGED = "This archive is damaged or needs a password."
INSIDE = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
_SIGNS = (
    (b"%PDF", PDF),
    (b"\xd0\xcf\x11\xe0", OLD_WORKBOOK),
    (b"\x1f\x8b", PACKED),
    (b"7z\xbc\xaf", PACKED),
    (b"Rar!", PACKED),
    (b"BZh", PACKED),
    (b"\xfd7zXZ", PACKED),
)
_WIDE = ((b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def open_up(run, *, sheet="", encoding="", progress=None):
    """The Shape of an Import's file. Beside it "rows" is written where it came as something else.

    Raises CannotRead with the reason. `progress()` is called now and then.
    """
    path, member = files.path_of(run), ""
    files.put_rows_by(run)
    _refuse(path)
    if zipfile.is_zipfile(path) and not workbooks.is_workbook(path):
        member = _unpack(run, path)
        path = files.path_of(run, "rows")
        _refuse(path)
    if zipfile.is_zipfile(path):
        if not workbooks.is_workbook(path):
            raise CannotRead(NOT_ONE.format("another archive"))
        sheet, sheets = _as_text(run, lambda target: workbooks.to_text(path, target, sheet, progress))
        return tables.sense(files.path_of(run, "rows"), "utf-8", sheet, sheets, member)
    _plain(run, path)
    return tables.sense(files.rows_path(run), encoding, member=member)


def dated(run):
    """The day the file is of: that of the table in an archive, else the one on which it came here."""
    path, came = files.path_of(run), run.made_at.date()
    if zipfile.is_zipfile(path) and not workbooks.is_workbook(path):
        return next((_day_of(one, came) for one in archives.parts(path) if _is_table(one)), came)
    return came


def _day_of(part, otherwise):
    """Some programs pack without a date: its month and its day are 0."""
    try:
        return date(*part.date_time[:3])
    except ValueError:
        return otherwise


def _refuse(path):
    with open(path, "rb") as file:
        start = file.read(8)
    for sign, why in _SIGNS:
        if start.startswith(sign):
            raise CannotRead(why)


def _unpack(run, path):
    """Writes the one table of an archive; its name."""
    with archives.readable(DAMAGED), zipfile.ZipFile(path) as archive:
        found = [one for one in archive.infolist() if _is_table(one)]
        if len(found) != 1:
            raise CannotRead(NOT_ONE.format(f"{len(found)} of them" if found else "none"))
        workbooks.refuse_bombs(archive)
        with archive.open(found[0]) as source:
            _as_text(run, lambda target: _copy(source, target))
    return found[0].filename[-255:]


def _is_table(part):
    name = part.filename.rpartition("/")[2]
    is_hidden = part.filename.startswith("__MACOSX/") or name.startswith(".")
    return not part.is_dir() and not is_hidden and name.lower().endswith(INSIDE)


def _copy(source, target):
    while block := source.read(files.BLOCK):
        target.write(block)


def _as_text(run, write):
    """What `write(open binary file)` gives; the file then takes its place in one step."""
    part = files.path_of(run, "part")
    with files.open_private(part) as target:
        given = write(target)
    os.replace(part, files.path_of(run, "rows"))
    return given


def _plain(run, path):
    """Text in sixteen bits a letter, or with lines that end the old way of one system, is written anew."""
    with open(path, "rb") as file:
        start = file.read(tables.SAMPLE)
    wide = next((name for sign, name in _WIDE if start.startswith(sign)), "")
    if not wide and (b"\n" in start or b"\r" not in start):
        return
    _as_text(run, lambda target: _rewritten(path, target, wide or "latin_1"))


def _rewritten(path, target, encoding):
    """With the usual ends of lines, as UTF-8 where it was wider."""
    to = "utf-8" if encoding.startswith("utf") else encoding
    try:
        with open(path, encoding=encoding, newline=None) as source:
            while text := source.read(files.BLOCK):
                target.write(text.encode(to))
    except UnicodeError as error:
        raise CannotRead(tables.NOT_TEXT) from error
