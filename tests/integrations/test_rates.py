"""A vendor's requests per second, shared by everybody."""

import threading
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection as database
from django.utils import timezone

from integrations import errors, rates
from integrations.models import Connection

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


def taken(row, times):
    """How many of so many tries got a token."""
    got = 0
    for _ in range(times):
        try:
            rates.take(row)
            got += 1
        except errors.RateLimited:
            pass
    return got


def test_a_fresh_connection_may_ask_at_once_and_ten_times_in_a_second(clock, ccai):
    assert taken(ccai, 15) == 10


def test_tokens_grow_back_with_time_up_to_one_second_of_them(clock, ccai):
    taken(ccai, 10)
    clock.shift(0.5)
    assert taken(ccai, 10) == 5
    clock.shift(3600)
    assert taken(ccai, 15) == 10


def test_an_empty_bucket_says_how_long_and_that_nothing_was_sent(clock, ccai):
    taken(ccai, 10)
    with pytest.raises(errors.RateLimited) as caught:
        rates.take(ccai)
    assert caught.value.retry_after == pytest.approx(0.1)
    assert caught.value.status is None


def test_a_costly_request_takes_more(clock, ccai):
    rates.take(ccai, cost=8)
    assert taken(ccai, 5) == 2


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
    assert taken(ccai, 9) == 9


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
    assert sum(got) == 10
