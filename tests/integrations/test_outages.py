"""A vendor that is away is asked more seldom and complained of without filling the disk."""

import logging

import pytest
import time_machine
from django.utils import timezone

from integrations import outages
from integrations.models import Connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def ccai():
    return Connection.objects.of("ccai")


def said(caplog):
    return [record.getMessage() for record in caplog.records if record.name == outages.log.name]


def test_a_hiccup_costs_no_beat_and_longer_trouble_slows_down_to_five_seconds(ccai, clock):
    rests = []
    for _ in range(8):
        outage = outages.of(ccai)
        outage.goes_on(ccai, "No answer in time.")
        before = timezone.now()
        while outages.of(ccai).is_resting:
            clock.shift(0.5)
        rests.append((timezone.now() - before).total_seconds())
    assert rests == [0, 2, 3, 4, 5, 5, 5, 5]


def test_ten_thousand_failures_are_said_once_a_minute_and_the_end_once(ccai, clock, caplog):
    caplog.set_level(logging.INFO)
    for _ in range(100):
        outages.of(ccai).goes_on(ccai, "No answer in time.")
        clock.shift(5)
    outages.of(ccai).ends(ccai)
    outages.of(ccai).ends(ccai)
    first, *others, last = said(caplog)
    assert first == "CCAI cannot be read: No answer in time."
    assert len(others) == 8, "500 seconds in minutes"
    assert others[0] == "CCAI cannot be read since 13 tries: No answer in time."
    assert last == "CCAI can be read again (failures: 100)"


def test_a_new_outage_is_said_at_once(ccai, clock, caplog):
    outages.of(ccai).goes_on(ccai, "No answer in time.")
    outages.of(ccai).ends(ccai)
    outages.of(ccai).goes_on(ccai, "Refused.")
    assert len(said(caplog)) == 3


def test_the_failure_is_shown_to_the_admin(ccai, clock):
    outages.of(ccai).goes_on(ccai, "No answer in time.")
    ccai.refresh_from_db()
    assert (ccai.last_error, ccai.last_error_at, ccai.in_trouble) == ("No answer in time.", timezone.now(), True)


def test_while_all_is_well_nothing_is_written(ccai, django_assert_num_queries):
    with django_assert_num_queries(1):  # the cache's
        outages.of(ccai).ends(ccai)
