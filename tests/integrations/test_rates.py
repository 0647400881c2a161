"""A vendor's requests per second, shared by everybody."""

import threading
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
import time_machine
from django.db import connection as database
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from integrations import errors, rates
from integrations.models import Connection
from tests.integrations.meetings import at_once, meeting_before

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def ccai(settings):
    settings.VENDOR_RATES = {"ccai": 10}
    row = Connection.objects.of("ccai")
    row.rate_at = timezone.now()
    row.save()
    return row


def taken(row, times, **how):
    """How many of so many tries got a token."""
    got = 0
    for _ in range(times):
        try:
            rates.take(row, **how)
            got += 1
        except errors.RateLimited:
            pass
    return got


def test_a_fresh_connection_may_ask_at_once_but_not_for_the_whole_second(clock, ccai):
    assert taken(ccai, 15) == 4


def test_tokens_grow_back_with_time_up_to_what_the_bucket_holds(clock, ccai):
    taken(ccai, 4)
    clock.shift(0.5)
    assert taken(ccai, 10) == 3
    clock.shift(3600)
    assert taken(ccai, 15) == 4


def test_an_empty_bucket_says_how_long_and_that_nothing_was_sent(clock, ccai):
    taken(ccai, 4)
    with pytest.raises(errors.RateLimited) as caught:
        rates.take(ccai)
    assert caught.value.retry_after == pytest.approx(1 / 6)
    assert caught.value.status is None


def test_a_costly_request_takes_more(clock, ccai):
    rates.take(ccai, cost=3)
    assert taken(ccai, 5) == 1


def test_lists_leave_tokens_to_dials_and_flags(clock, ccai):
    assert taken(ccai, 10, reserve=rates.RESERVE) == 2
    assert taken(ccai, 10) == 2


def test_a_limit_of_two_a_second_lets_one_through_at_once(clock, ccai, settings):
    settings.VENDOR_RATES = {"ccai": 2}
    assert taken(ccai, 5) == 1
    clock.shift(1)
    assert taken(ccai, 5) == 1


GAPS = st.lists(st.tuples(st.floats(0, 1.5), st.integers(1, 6), st.integers(0, 2), st.booleans()), max_size=20)


@hypothesis.settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(2, 12), steps=GAPS)
def test_no_second_wherever_it_begins_sees_more_than_the_limit(clock, ccai, settings, limit, steps):
    """Takers come when they like, lists and dials, and now and then the vendor asks for a little quiet."""
    settings.VENDOR_RATES = {"ccai": limit}
    Connection.objects.filter(pk=ccai.pk).update(rate_tokens=0, rate_at=timezone.now())
    sent = []
    for gap, tries, reserve, is_held in steps:
        clock.shift(gap)
        sent += [timezone.now()] * taken(ccai, tries, reserve=reserve)
        if is_held:
            rates.hold(ccai, 0.1)
    for n, moment in enumerate(sent):
        within = [other for other in sent[n:] if other - moment <= timedelta(seconds=1)]
        assert len(within) <= limit


def test_two_hosts_whose_clocks_differ_a_little_do_not_make_it_grow_twice(clock, ccai):
    clock.shift(0.4)
    got = 0
    for _ in range(20):  # in turns, one host 0.4 seconds ahead of the other, and no time passes
        got += taken(ccai, 1)
        clock.shift(-0.4)
        got += taken(ccai, 1)
        clock.shift(0.4)
    assert got == 4


def test_after_the_shortest_quiet_the_second_before_it_still_counts(clock, ccai):
    assert taken(ccai, 9) == 4
    rates.hold(ccai, 0.1)
    clock.shift(0.2)
    assert taken(ccai, 9) == 0
    clock.shift(0.8)
    assert taken(ccai, 9) == 4


def test_who_has_patience_gets_its_turn(ccai):
    taken(ccai, 10)
    assert taken(ccai, 1) == 0
    rates.take(ccai, patience=5)


def test_patience_ends_at_once_where_the_turn_is_further_away(ccai):
    rates.hold(ccai, 3600)
    with pytest.raises(errors.RateLimited):
        rates.take(ccai, patience=2)


def test_a_vendor_without_a_printed_limit_is_only_held_when_it_asks(clock, ccai):
    plivo = Connection.objects.of("plivo")
    assert taken(plivo, 50) == 50
    rates.hold(plivo, 30)
    assert taken(plivo, 5) == 0
    clock.shift(30)
    assert taken(plivo, 5) == 5


def test_a_longer_hold_is_not_shortened(clock, ccai):
    rates.hold(ccai, 60)
    rates.hold(ccai, 5)
    with pytest.raises(errors.RateLimited) as caught:
        rates.take(ccai)
    assert caught.value.retry_after == 60


def test_a_clock_that_runs_ahead_on_another_host_stops_nobody(clock, ccai):
    clock.shift(90)
    rates.take(ccai)
    clock.shift(-90)
    assert taken(ccai, 3) == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_saw_the_same_last_token_do_not_both_get_it(ccai, monkeypatch):
    with time_machine.travel(timezone.now(), tick=False):
        assert taken(ccai, 3) == 3
        meeting_before(monkeypatch, rates, "_spend")
        done = at_once(lambda: taken(ccai, 1), lambda: taken(ccai, 1))
    assert sorted(done) == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_get_more_than_the_bucket_holds(ccai):
    with time_machine.travel(timezone.now(), tick=False):
        got = []

        def run():
            got.append(taken(ccai, 6))
            database.close()

        threads = [threading.Thread(target=run) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert sum(got) == 4
