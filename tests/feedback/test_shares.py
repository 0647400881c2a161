"""Shares, their intervals and their differences, against what others published and worked out another way."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.shares import Difference, Share


def test_wilsons_interval_as_published():
    """Newcombe 1998, Statistics in Medicine 17: 81 of 263 is 0.2553 to 0.3662, 1 of 29 is 0.0061 to 0.1718."""
    low, high = Share(81, 263).interval
    assert (round(low / 100, 4), round(high / 100, 4)) == (0.2553, 0.3662)
    low, high = Share(1, 29).interval
    assert (round(low / 100, 4), round(high / 100, 4)) == (0.0061, 0.1718)
    assert Share(0, 20).interval[0] == 0 and Share(20, 20).interval[1] == 100 and Share(0, 0).interval is None


counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_a_share_lies_in_its_interval(one):
    share = Share(*one)
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-9 and share.value - 1e-9 <= high <= 100


@given(counts, counts)
def test_turned_round_a_difference_is_the_same(one, other):
    here, there = Difference(Share(*one), Share(*other)), Difference(Share(*other), Share(*one))
    assert here.is_alarm == there.is_alarm and here.is_telling == there.is_telling
    assert here.z is None or here.z == pytest.approx(-there.z)


def test_the_chance_is_close_to_the_exact_one():
    """Fisher's exact test of 30 of 50 against 20 of 50: 0.0713 two-sided; pooled z is a little bolder."""
    table = [comb(50, k) * comb(50, 50 - k) / comb(100, 50) for k in range(51)]
    exact = sum(p for p in table if p <= table[30] * (1 + 1e-9))
    found = Difference(Share(30, 50), Share(20, 50))
    assert exact == pytest.approx(0.0713, abs=0.0005)
    assert found.z == pytest.approx(2.0) and found.chance == pytest.approx(0.0455, abs=0.0001) and found.is_alarm


@pytest.mark.parametrize("pair", [((0, 50), (0, 50)), ((50, 50), (50, 50)), ((4, 40), (0, 40)), ((1, 1), (0, 400))])
def test_where_almost_nobody_clicked_or_all_did_nothing_is_compared(pair):
    found = Difference(*(Share(*one) for one in pair))
    assert not found.is_telling and found.z is None and not found.is_alarm
