"""A list as a file: CSV that is streamed, and that no spreadsheet takes for formulas."""

import csv
from datetime import datetime
from decimal import Decimal

from django.http import StreamingHttpResponse
from django.utils import timezone

CHUNK = 500  # rows read at a time: enough to be fast, few enough to stay small with long texts
# What a spreadsheet calculates instead of showing, also in its full-width forms (OWASP, CSV injection).
FORMULA = tuple("=+-@\t\r＝＋－＠")
BOM = "\ufeff"  # without it Excel reads UTF-8 as the machine's own code page


def respond(name, heads, rows):
    """The answer of `rows` (lists of values) under `heads` as `name`-2026-11-25.csv, written while it is sent."""
    # The reader's zone is asked for now: when the lines are written, the request is over.
    zone = timezone.get_current_timezone()
    response = StreamingHttpResponse(lines(heads, rows, zone), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


def lines(heads, rows, zone=None):
    """The lines of the file as text, one at a time, with times in `zone`."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(heads)
    for row in rows:
        yield writer.writerow([cell(value, zone) for value in row])


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text):
        return text


def cell(value, zone=None):
    """A value as a spreadsheet shows it: times in `zone` (None: the reader's), yes and no, text never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value, zone):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    return as_text(str(value))


def as_text(text):
    """Text that begins like a formula, also after spaces, with the apostrophe that keeps it text."""
    is_formula = text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)
    return f"'{text}" if is_formula else text
