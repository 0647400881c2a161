"""The rows of a text file, a portion at a time and from any point, in memory that does not grow with the file."""

import codecs
import csv
import io
import re
from dataclasses import asdict, dataclass
from itertools import islice

from charset_normalizer import from_bytes

from customers.imports.errors import CannotRead

SAMPLE = 256 * 1024  # bytes that tell what a file is like
LONGEST_LINE = 1024 * 1024  # bytes; thirty of the longest cells a spreadsheet can have
MOST_COLUMNS = 500
LOOKED_AT = 50  # rows that must agree on what stands between the columns
DELIMITERS = (",", ";", "\t", "|")
# Tried in this order where the bytes are no UTF-8; the first is what most office programs write.
OLD_ENCODINGS = ("cp1252", "latin_1")
OTHER_ENCODINGS = ("cp1250", "cp1251", "cp1253", "cp1255", "cp1256", "cp932", "gb18030", "big5", "euc_kr")
HEADING_WITHIN = 20  # rows; what some programs write above it

TOO_LONG = "Line {} is longer than a megabyte, so this is hardly a table."
QUOTES = "From row {} on the file cannot be told into cells: a quotation mark is never closed, or a cell is too long."
TOO_WIDE = f"This file has {{:,}} columns. At most {MOST_COLUMNS} are read."
EMPTY = "This file is empty."
ONE_ROW = "This file has a heading and no row under it."
NO_HEADING = "The first row should name the columns, and “{}” looks like a row of its own. Put a row of names above it."
NOT_TEXT = "This is no table: neither text nor a workbook. Save the table as CSV or XLSX."


@dataclass(frozen=True)
class Shape:
    """How a file's rows are read. `start` is where they begin (bytes), `row` the number of the heading's row."""

    encoding: str
    delimiter: str
    heads: tuple
    start: int
    row: int
    sheet: str = ""
    sheets: tuple = ()
    member: str = ""  # of an archive

    @classmethod
    def of(cls, kept):
        """From what an Import's row keeps."""
        return cls(**{**kept, "heads": tuple(kept["heads"]), "sheets": tuple(kept.get("sheets", ()))})

    def kept(self):
        """As JSON."""
        return asdict(self)


@dataclass
class Portion:
    """Some rows: [(number, cells)], and the point behind them."""

    rows: list
    cursor: int
    row: int


class Lines:
    """A binary file as lines of text, which knows how many bytes it has given."""

    def __init__(self, file, encoding):
        self.file, self.encoding, self.at, self.number = file, encoding, file.tell(), 0

    def __iter__(self):
        return self._lines()

    def _lines(self):
        encoding = self.encoding
        for line in self.file:
            self.at += len(line)
            self.number += 1
            if len(line) > LONGEST_LINE:
                raise CannotRead(TOO_LONG.format(self.number))
            text = line.decode(encoding, "replace")
            yield text.replace("\0", "") if "\0" in text else text


def portions(path, shape, size, cursor=0, row=0):
    """Portions of `size` rows from a point on, given by the Portion before it (none: from the first row).

    Rows without any content are passed over. Raises CannotRead where the cells cannot be told.
    """
    with open(path, "rb") as file:
        file.seek(cursor or shape.start)
        number, lines = row or shape.row, Lines(file, shape.encoding)
        reader = csv.reader(lines, delimiter=shape.delimiter)
        try:
            while taken := list(islice(reader, size)):
                rows = [(n, cells) for n, cells in enumerate(taken, number + 1) if _has_content(cells)]
                number += len(taken)
                yield Portion(rows, lines.at, number)
        except csv.Error:
            raise CannotRead(QUOTES.format(number + 1)) from None


def _has_content(cells):
    return any(cells) and any(map(str.strip, cells))


def sense(path, encoding="", sheet="", sheets=(), member=""):
    """The Shape of a text file. Raises CannotRead with the reason it is none."""
    with open(path, "rb") as file:
        sample = file.read(SAMPLE)
    if not sample.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise CannotRead(EMPTY)
    if looks_binary(sample):
        raise CannotRead(NOT_TEXT)
    encoding = encoding or encoding_of(path)
    text = sample.decode(encoding, "replace")
    declared, skip = _declared(text)
    delimiter = declared or _delimiter(text)
    heads, start, row = _heading(path, encoding, delimiter, skip)
    return Shape(encoding, delimiter, heads, start, row, sheet, tuple(sheets), member)


def looks_binary(sample):
    """Whether bytes are hardly text: many zeros, or many control characters."""
    odd = sum(sample.count(bytes([byte])) for byte in (*range(9), *range(14, 27), *range(28, 32)))
    return odd > len(sample) / 20


def encoding_of(path):
    """UTF-8 where all of it is; else what the lines with other bytes look like, an old office's code page at last."""
    if _is_utf8(path):
        return "utf-8"
    odd = _foreign_lines(path)
    found = from_bytes(odd, cp_isolation=[*OLD_ENCODINGS, *OTHER_ENCODINGS]).best()
    if found and found.encoding in OTHER_ENCODINGS:
        return found.encoding
    return next(name for name in OLD_ENCODINGS if _is_readable(odd, name))


def _is_readable(sample, encoding):
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(path):
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open(path, "rb") as file:
        try:
            while block := file.read(1024 * 1024):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _foreign_lines(path):
    """Up to SAMPLE bytes of lines that are not plain ASCII."""
    found, room = [], SAMPLE
    with open(path, "rb") as file:
        while room > 0 and (line := file.readline(SAMPLE)):
            if not line.isascii():
                found.append(line[:room])
                room -= len(line)
    return b"".join(found)


def _declared(sample):
    """(delimiter, bytes to pass over) where the first line says "sep=;", as Excel writes and reads it."""
    found = re.match(r"(?:\ufeff)?sep=(.)\r?\n", sample)
    return (found.group(1), 1) if found else ("", 0)


def _delimiter(sample):
    """What stands between the columns: by which most rows fall into the same number of them, and into most."""
    return max(DELIMITERS, key=lambda one: _agreement(sample, one))


def _agreement(sample, delimiter):
    whole = sample.rpartition("\n")[0] or sample  # the last line is cut
    try:
        rows = list(islice(csv.reader(io.StringIO(whole, newline=""), delimiter=delimiter), LOOKED_AT))
    except csv.Error:
        return (0, 0)
    widths = [len(row) for row in rows if any(row)]
    if not widths or max(widths) == 1:
        return (0, 0)
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    return (round(widths.count(usual) / len(widths), 1), usual) if usual > 1 else (0, 0)


def _heading(path, encoding, delimiter, skipped):
    """(names, where the rows begin, the heading's number): titles and blank rows above a heading are passed over."""
    with open(path, "rb") as file:
        file.seek(len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0)
        lines = Lines(file, encoding)
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            rows = [(cells, lines.at) for cells in islice(reader, HEADING_WITHIN)]
        except csv.Error:
            raise CannotRead(QUOTES.format(1)) from None
    first = next((n for n, (cells, _) in enumerate(rows) if n >= skipped and _is_heading(cells, rows[n + 1 :])), None)
    if first is None:
        raise CannotRead(EMPTY)
    cells, start = rows[first]
    return _names(cells), start, first + 1


def _is_heading(cells, below):
    """A row with something in it, and more than one cell where the rows below have more."""
    filled = sum(bool(cell.strip()) for cell in cells)
    return filled > 1 or (filled == 1 and all(sum(map(bool, row)) < 2 for row, _ in below))


def _names(cells):
    """The columns' names: trimmed, one for a column without, and a number behind one that is there already."""
    if len(cells) > MOST_COLUMNS:
        raise CannotRead(TOO_WIDE.format(len(cells)))
    names = []
    for number, cell in enumerate(cells, 1):
        name, times = " ".join(cell.split())[:100] or f"Column {number}", 1
        while name in names:
            times += 1
            name = f"{name.removesuffix(f' ({times - 1})')} ({times})"
        names.append(name)
    return tuple(names)
