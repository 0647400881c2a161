"""A list as CSV: what a spreadsheet would calculate stays text."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts import exports


def read(text):
    return list(csv.reader(io.StringIO(text.removeprefix(exports.BOM))))


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠A", "  =1", "\u3000＝1"]
)
def test_a_text_like_a_formula_is_kept_as_text(formula):
    assert exports.cell(formula) == f"'{formula}"


def test_everything_else_is_itself():
    values = ["a=b", "", None, Decimal("4.50"), -3, True, False, "שלום", 'a, "b"\nc']
    (row,) = read("".join(exports.lines(["a"] * len(values), [values])))[1:]
    assert row == ["a=b", "", "", "4.50", "-3", "yes", "no", "שלום", 'a, "b"\nc']


def test_times_are_the_readers_own():
    with timezone.override("America/New_York"):
        assert exports.cell(datetime(2026, 11, 25, 3, tzinfo=UTC)) == "2026-11-24 22:00:00"


def test_rows_are_taken_one_at_a_time():
    taken = []
    lines = exports.lines(["n"], (taken.append(n) or [n] for n in range(1000)))
    next(lines), next(lines)
    assert taken == [0]
