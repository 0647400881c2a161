"""The keyset against a list that changes between any two requests: nothing missed, nothing asked in vain."""

import math
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.feedbackapi import reports
from integrations.sync import keyset
from tests.integrations.changing_list import ChangingList

UPPER = 1_000_000
MOST_REQUESTS = 5_000  # a rule that asks for ever fails here instead of hanging


def read(vendor, lower=None, upper=UPPER, split=0):
    """Everything a window reads of a list, as {id: raw}, with the positions it ended in."""
    todo, ended, found = [keyset.Position(lower, upper)], [], {}
    while todo:
        at = todo.pop(0)
        while not at.done:
            ask = keyset.next_ask(at)
            page = reports.page(vendor.page(ask.after, ask.before, ask.page), reports.customer)
            found |= {row.vendor_id: row.raw for row in page.rows}
            keyset.advance(at, page, [row.created_at and int(row.created_at.timestamp()) for row in page.rows])
            if split and len(ended) + len(todo) < split:
                todo += keyset.halves(at, 2)
            assert len(vendor.asked) < MOST_REQUESTS
            at = keyset.Position.of(at.kept()) if at.way != keyset.WALK else at  # as after a kill at this page
        ended.append(at)
    return found, ended


def rows(stamps):
    return [{"id": f"r{n:05}", "created": stamp, "opt_out": False} for n, stamp in enumerate(stamps)]


def spread(number, step=7):
    return rows(range(1000, 1000 + number * step, step))


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 199, 200, 1000])
def test_a_still_list_is_read_whole_with_hardly_a_request_too_many(number, inclusive):
    vendor = ChangingList(spread(number), inclusive=inclusive)
    found, (at,) = read(vendor)
    assert found == vendor.rows and not at.trouble
    assert len(vendor.asked) <= 1.1 * math.ceil(number / 100) + 2


def test_page_zero_is_asked_oldest_first_from_the_last_stamp_on():
    vendor = ChangingList(spread(250))
    read(vendor)
    assert vendor.asked == [(None, UPPER, 0), (1000 + 99 * 7, UPPER, 0), (1000 + 198 * 7, UPPER, 0)]


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("alike", [100, 101, 250, 400])
def test_more_rows_of_one_second_than_a_page_holds_are_walked_by_page(alike, inclusive):
    stamps = [*range(900, 960), *[5000] * alike, *range(5001, 5150)]
    vendor = ChangingList(rows(stamps), inclusive=inclusive)
    found, (at,) = read(vendor)
    assert found == vendor.rows and not at.trouble


def test_a_whole_list_of_one_second():
    vendor = ChangingList(rows([5000] * 750))
    found, _ = read(vendor)
    assert found == vendor.rows


@pytest.mark.parametrize("limit", [1, 10, 50])
def test_a_vendor_that_gives_fewer_a_page_is_read_whole(limit):
    vendor = ChangingList(rows([*range(1000, 1040), *[2000] * 25, *range(2001, 2040)]), limit=limit)
    assert read(vendor)[0] == vendor.rows


def test_a_vendor_whose_pages_begin_at_one_is_read_whole():
    vendor = ChangingList(rows([5000] * 350), first_page=1)
    found, (at,) = read(vendor)
    assert found == vendor.rows and not at.trouble


def test_a_vendor_that_shows_one_page_for_ever_is_found_out():
    vendor = ChangingList(rows([5000] * 350), first_page=10**6)
    _, (at,) = read(vendor)
    assert at.trouble == keyset.SAME_PAGE


def shrink_an_instant(vendor):
    """Something in the first page of the instant disappears before each answer."""
    vendor.rows.pop(next(iter(vendor.rows)), None)


def test_an_instant_that_shrinks_is_read_again():
    vendor = ChangingList(rows([5000] * 350))
    times = iter([None, None, shrink_an_instant])
    vendor.between = lambda vendor: (next(times, None) or (lambda vendor: None))(vendor)
    found, (at,) = read(vendor)
    assert set(vendor.rows) <= set(found) and at.restarts == 1 and not at.trouble
    assert [page for _, _, page in vendor.asked].count(0) == 4  # first, the instant twice, what comes after


def test_an_instant_that_keeps_shrinking_is_given_up():
    vendor = ChangingList(rows([5000] * 3000), between=shrink_an_instant)
    _, (at,) = read(vendor)
    assert at.trouble == keyset.SHRINKS and at.done


def test_a_list_without_order_is_walked_until_two_passes_agree():
    entries = spread(450)
    random.Random(1).shuffle(entries)
    vendor = ChangingList(entries, is_sorted=False)
    found, (at,) = read(vendor)
    assert found == vendor.rows and not at.trouble
    assert len(vendor.asked) == 1 + 2 * 5


def test_a_list_without_order_that_keeps_changing_is_given_up():
    entries = spread(450)
    random.Random(1).shuffle(entries)
    vendor = ChangingList(entries, is_sorted=False, between=lambda vendor: vendor.add(3000))
    _, (at,) = read(vendor)
    assert at.trouble == keyset.CHANGES


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("split", [2, 5, 20])
def test_a_window_may_be_divided_anywhere(split, inclusive):
    vendor = ChangingList(spread(1500, step=3), inclusive=inclusive)
    found, ended = read(vendor, upper=6000, split=split)
    assert found == vendor.rows and len(ended) > 1


def test_a_window_of_a_second_is_not_divided():
    at = keyset.Position(None, 1001, cursor=1000, remaining=900)
    assert keyset.halves(at, 4) == [] and at.upper == 1001


@st.composite
def histories(draw):
    """A list, and what happens to it before each answer: up to three come and three go."""
    stamps = draw(st.lists(st.integers(1, 60) | st.integers(1, 5000), max_size=120))
    deeds = st.tuples(st.integers(0, 3), st.integers(0, 3))
    return stamps, draw(st.lists(deeds, max_size=40)), draw(st.randoms(use_true_random=False))


@given(histories(), st.booleans(), st.integers(2, 12), st.integers(0, 4))
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_nothing_that_was_there_from_start_to_end_is_missed(history, inclusive, limit, split):
    stamps, deeds, dice = history
    vendor, deleted, steps = ChangingList(rows(stamps), inclusive=inclusive, limit=limit), set(), iter(deeds)

    def change(vendor):
        come, go = next(steps, (0, 0))
        for _ in range(min(go, len(vendor.rows))):
            gone = dice.choice(sorted(vendor.rows))
            deleted.add(gone)
            del vendor.rows[gone]
        for _ in range(come):
            vendor.add(dice.randint(5001, 6000))

    stayed = {row["id"] for row in rows(stamps)}
    vendor.between = change
    found, ended = read(vendor, split=split)
    if not any(at.trouble for at in ended):
        assert stayed - deleted <= set(found)


@given(st.lists(st.integers(1, 400), max_size=300), st.booleans())
@settings(deadline=None, max_examples=200)
def test_requests_stay_near_the_least_there_could_be(stamps, inclusive):
    vendor = ChangingList(rows(stamps), inclusive=inclusive, limit=20)
    found, (at,) = read(vendor)
    alike = max(map(stamps.count, stamps), default=0)
    full_instants = len({stamp for stamp in stamps if stamps.count(stamp) >= 20})
    assert found == vendor.rows and not at.trouble
    # Each page repeats what it shares with the last stamp; each full second is walked by itself.
    fresh = max(20 - 2 * alike, 1)
    assert len(vendor.asked) <= len(stamps) / fresh + 3 * full_instants * (1 + alike / 20) + 4


@given(st.lists(st.integers(1, 400), max_size=60))
@settings(deadline=None)
def test_a_position_survives_being_saved(stamps):
    at = keyset.Position(None, UPPER)
    page = reports.page(ChangingList(rows(stamps)).page(None, UPPER, 0), reports.customer)
    keyset.advance(at, page, sorted(stamps))
    again = keyset.Position.of(at.kept())
    assert again.kept() == at.kept() and again.done
