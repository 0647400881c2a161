"""The figures, each from its definition."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.choices import CallStatus, Kind
from feedback import metrics
from feedback.choices import FeedbackKind
from feedback.scope import Scope
from feedback.tallies import columns
from tests.feedback.answered import make_feedback, make_request, make_review
from tests.feedback.random_world import DAY, NOON
from tests.feedback.rated import ended_call, known_everywhere, save
from tests.world import make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def figures(user, first=DAY, last=DAY, **narrowed):
    return metrics.overview(Scope(user, first, last, **narrowed))


def values(user, *keys):
    found = figures(user)
    return [(found[key].value, found[key].n) for key in keys]


def received(world, answered=True, **fields):
    """A call that a customer made, elsewhere."""
    times = {"created_at": NOON, "ended_at": NOON + timedelta(minutes=2)}
    reached = {"connected_at": NOON, "talk_seconds": 100, "wait_seconds": 20}
    lost = {"status": CallStatus.NO_ANSWER}
    given = times | (reached if answered else lost) | fields
    return make_call(world.agent, world.marta, provider="elsewhere", kind=Kind.INCOMING, connection=None, **given)


def test_calls_that_customers_made_are_offered_and_are_no_dials(world):
    received(world, resolved=True), received(world, resolved=False), received(world), received(world, answered=False)
    keys = ("calls", "answer_rate", "abandonment_rate", "resolution_rate", "resolution_rate_of_answered", "dials")
    assert values(world.admin, *keys) == [(4, 4), (75, 4), (25, 4), (25, 4), (100 / 3, 3), (0, 0)]


def test_what_was_not_reported_is_not_zero(world):
    received(world, talk_seconds=None, wait_seconds=None), received(world), received(world, answered=False)
    assert values(world.admin, "average_talk_time", "average_speed_of_answer") == [(100, 1), (20, 1)]


def test_nobody_owes_the_wrap_up_of_a_call_out_of_a_file(world):
    received(world)
    assert values(world.admin, "wrap_up_completion") == [(None, 0)]


def test_an_incoming_call_that_we_asked_for_is_a_dial(world):
    make_call(world.agent, world.marta, kind=Kind.INCOMING, asked_by=world.agent, created_at=NOON)
    assert values(world.admin, "dials", "offered") == [(1, 1), (0, 0)]


def test_nps_of_thirty_percent_promoters_and_twenty_detractors_is_ten(world):
    for score in (9, 10, 9, 0, 6, 7, 8, 7, 8, 7):
        make_feedback(world.riverside, nps_score=score, left_at=NOON)
    make_feedback(world.riverside, kind=FeedbackKind.STARS, star_rating=5, left_at=NOON)
    make_feedback(world.riverside, nps_score=None, left_at=NOON)  # opened, not scored
    assert values(world.admin, "nps", "csat") == [(10, 10), (100, 1)]


def test_stars_and_happy_are_not_mixed(world):
    for stars in (1, 4, 5, 3):
        make_feedback(world.riverside, kind=FeedbackKind.STARS, star_rating=stars, left_at=NOON)
    make_feedback(world.riverside, kind=FeedbackKind.HAPPY, happy=False, left_at=NOON)
    keys = ("csat", "average_stars", "happy_rate", "unhappy_rate")
    assert values(world.admin, *keys) == [(50, 4), (3.25, 4), (0, 1), (40, 5)]


def test_twelve_of_480_rated_with_an_issue_are_25_in_a_thousand():
    sums = {name: 0 for name in columns.NAMES} | {"with_issue": 12, "rated": 480}
    assert metrics.figures(sums)["issue_rate"].value == 25.0


def test_quality_and_coverage_stand_together(world):
    for quality in (5, 4, 2, None):
        call = ended_call(world.agent, world.marta, created_at=NOON, ended_at=NOON, connected_at=NOON)
        save(call, quality=quality, issues=["ECHO"] if quality and quality < 5 else [])
    keys = ("call_quality", "rating_coverage", "low_quality_rate")
    assert values(world.admin, *keys) == [(11 / 3, 3), (75, 4), (100 / 3, 3)]


def test_a_wrap_up_that_ran_out_took_all_its_time(world, settings):
    call = ended_call(world.agent, world.marta, created_at=NOON, ended_at=NOON, wrap_up_due_at=None)
    save(call)
    call.rating.after_call_seconds = 40
    call.rating.save()
    ended_call(world.agent, world.jon, ended_at=NOON, timed_out_at=NOON)
    expected = (40 + settings.WRAP_UP_SECONDS) / 2
    keys = ("after_call_work", "timed_out_rate", "wrap_up_completion")
    assert values(world.admin, *keys) == [(expected, 2), (50, 2), (50, 2)]


def test_the_time_of_a_wrap_up_is_written_when_it_is_saved_first(world):
    rating = save(ended_call(world.agent, world.marta))
    assert 119 <= rating.after_call_seconds <= 130  # it ended two minutes ago
    late = ended_call(world.agent, world.jon, wrap_up_due_at=NOON, ended_at=NOON - timedelta(seconds=300))
    assert save(late).after_call_seconds == 300  # at most the time it had
    again = save(rating.call, quality=4, issues=["ECHO"])
    assert again.after_call_seconds == rating.after_call_seconds


def test_of_a_call_we_heard_of_later_the_wrap_up_counts_from_then(world, settings):
    now = timezone.now()
    due = now + timedelta(seconds=settings.WRAP_UP_SECONDS - 40)  # logged by hand 40 seconds ago, of this morning
    logged = ended_call(world.agent, world.marta, ended_at=now - timedelta(hours=4), wrap_up_due_at=due)
    assert 39 <= save(logged).after_call_seconds <= 60
    late = ended_call(world.agent, world.jon, ended_at=NOON - timedelta(hours=4), wrap_up_due_at=NOON)
    assert save(late).after_call_seconds == settings.WRAP_UP_SECONDS
    without = ended_call(world.agent, world.marta, ended_at=now - timedelta(hours=4), wrap_up_due_at=None)
    assert save(without).after_call_seconds == settings.WRAP_UP_SECONDS


def test_responses_are_of_those_that_arrived_and_sms_count_as_sent(world):
    at = {"requested_at": NOON, "location": world.riverside}
    make_request(None, make_feedback(world.riverside), type="email", opened=True, **at)
    make_request(type="email", bounced=True, **at)
    make_request(type="sms", bounced=None, clicked=True, **at)
    make_request(type="suppressed", suppress=True, **at)
    make_request(cancelled_at=NOON, **at)
    keys = ("response_rate", "feedback_rate", "open_rate", "click_rate")
    assert values(world.admin, *keys) == [(50, 2), (100 / 3, 3), (50, 2), (100 / 3, 3)]


def test_reviews_are_counted_with_their_stars_and_replies(world):
    make_review(world.riverside, rating="4.5", written_at=NOON, replied_at=NOON)
    make_review(world.riverside, rating=None, written_at=NOON)
    make_review(None, rating=1, written_at=NOON)  # of a place we do not know: for who sees all
    assert values(world.admin, "reviews", "average_review", "review_reply_rate") == [(3, 3), (2.75, 2), (100 / 3, 3)]
    assert values(world.supervisor, "reviews", "average_review") == [(2, 2), (4.5, 1)]


def test_a_small_base_is_grey_and_an_empty_one_a_dash(world):
    make_feedback(world.riverside, left_at=NOON)
    found = figures(world.admin)
    assert found["nps"].is_small and found["nps"].shown == "100" and found["nps"].note == "1 score"
    assert found["csat"].shown == "–" and not found["csat"].is_small and found["csat"].unit == ""


def test_every_metric_says_what_it_is():
    for key, metric in metrics.METRICS.items():
        assert metric.key == key and metric.label and len(metric.formula) > 8 and metric.date_words
        assert metric.better in ("up", "down", "")
        assert metric.base_columns and metric.top_columns and set(metric.columns) <= set(columns.NAMES)


# --- On random data -------------------------------------------------------------------------------


def test_what_every_vendor_knows_is_delivered_or_waits(world):
    save(known_everywhere(world.agent, world.marta, created_at=NOON, ended_at=NOON))
    assert values(world.admin, "delivery_success") == [(0, 2)]
