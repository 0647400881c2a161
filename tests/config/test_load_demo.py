"""The demo world: believable, consistent with what our own deeds would have written, loaded once."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Count, F, Q

from accounts.models import Letter, User
from calls.choices import FINAL, CallStatus
from calls.models import Call, Callback, CallEvent
from config.demo import load, sign_ins
from customers.models import (
    ClientAccount,
    Conflict,
    Customer,
    DoNotCall,
    Invitation,
    Location,
    NumberLookup,
    PhoneNumber,
    VendorUser,
)
from feedback import legs
from feedback.choices import Outcome
from feedback.models import (
    Alert,
    CoachingPick,
    Draft,
    Feedback,
    FeedbackRequest,
    Rating,
    RatingLeg,
    RatingRevision,
    Report,
    Review,
)
from feedback.services import ratings
from integrations.choices import DeliveryState
from integrations.models import Attempt, Connection, Delivery

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
pytestmark = pytest.mark.django_db
RESERVED_FOR_FICTION = re.compile(r"\+1(212555|201555)01\d\d")


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The world, loaded once for this file and taken away after it."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        load.load(NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def told(loaded, db):
    """Each test in a savepoint of its own within it."""


def test_it_is_as_large_as_promised(told):
    assert ClientAccount.objects.count() == 2
    assert Location.objects.count() == 5
    assert Location.objects.values("time_zone").distinct().count() >= 4
    assert 36 <= Customer.objects.count() <= 99
    assert User.objects.filter(role="agent").count() == 3
    assert Customer.objects.values("language").distinct().count() >= 10


def test_everybody_can_sign_in_with_the_printed_password(told):
    for role in sign_ins.ROLES:
        person = User.objects.get(email=sign_ins.email(role))
        assert person.role == role
        assert person.check_password(sign_ins.PASSWORD)
    assert not User.objects.filter(role="agent", ccai_email="").exists()


def test_every_number_is_reserved_for_fiction(told):
    shown = [number for row in Connection.objects.all() for number in row.caller_ids]
    numbers = [*PhoneNumber.objects.values_list("e164", flat=True), *shown]
    assert [number for number in numbers if not RESERVED_FOR_FICTION.fullmatch(number)] == []


def test_the_calls_fill_three_weeks_up_to_today(told):
    now = NOW
    days = {at.date() for at in Call.objects.values_list("created_at", flat=True)}
    assert len(days) >= 15
    assert max(days) == now.date()
    assert min(days) >= (now - timedelta(days=22)).date()
    assert not Call.objects.filter(ended_at__gt=now).exists()


def test_nothing_is_open_or_unfinished(told):
    assert not Call.objects.exclude(status__in=FINAL).exists()
    assert not Draft.objects.exists()
    waiting = Delivery.objects.get(state=DeliveryState.PENDING)  # the one request for tomorrow
    assert waiting.feedback_requests.get().due_at == waiting.not_before > NOW
    rated_or_closed = Q(rating__isnull=False) | Q(timed_out_at__isnull=False) | Q(status=CallStatus.REFUSED)
    assert not Call.objects.exclude(rated_or_closed).exists()


def test_only_the_supervisor_finds_wrap_ups_that_timed_out(told):
    timed_out = Call.objects.filter(timed_out_at__isnull=False)
    assert timed_out.count() == 2
    assert not timed_out.filter(agent__email=sign_ins.email("agent")).exists()


def test_every_way_a_call_can_go_is_there(told):
    assert {"completed", "no_answer", "busy", "failed", "refused"} <= set(Call.objects.values_list("status", flat=True))
    assert set(Outcome.values) == set(Rating.objects.values_list("outcome", flat=True))
    assert {"delivered", "parked", "not_applicable", "pending"} == set(Delivery.objects.values_list("state", flat=True))
    assert DoNotCall.objects.count() > 1
    assert Customer.objects.filter(opted_out_at__isnull=False).count() == 4  # one of them by a report of spam
    assert NumberLookup.objects.exclude(response_id="").exists()
    assert NumberLookup.objects.filter(response_id="").exists()


def test_ratings_keep_the_rules_of_the_form(told):
    assert not Rating.objects.filter(quality__lt=5, issues=[]).exists()
    assert not Rating.objects.filter(quality=5).exclude(issues=[]).exists()
    assert not Rating.objects.filter(quality__isnull=False, call__connected_at=None).exists()
    for quality in Rating.objects.filter(quality__isnull=False).values_list("quality", flat=True):
        assert quality * 2 % 1 == 0


def test_revisions_are_what_saving_would_have_written(told):
    for revision in RatingRevision.objects.select_related("rating"):
        saved = ratings._as_json(revision.rating)
        for kept in (saved, revision.data):
            kept["quality"] = kept["quality"] and Decimal(kept["quality"])
        assert revision.data == saved


def test_each_leg_is_what_its_rating_would_send(told):
    ratings = Rating.objects.select_related("call__number", "call__customer")
    for rating in ratings[:150]:
        rows = {row.leg: row.delivery for row in rating.legs.select_related("delivery")}
        assert set(rows) == set(legs.Leg.values)
        survey = rows.pop(legs.Leg.SURVEY)
        assert (survey.state == DeliveryState.DELIVERED) == (rating.feedback_request is not None)
        for leg, delivery in rows.items():
            try:
                payload = legs.PAYLOADS[leg](rating)
            except legs.NotApplicable as reason:
                assert (delivery.state, delivery.reason) == (DeliveryState.NOT_APPLICABLE, str(reason))
            else:
                assert (delivery.kind, delivery.payload) == (legs.KINDS[leg], payload)


def test_attempts_agree_with_their_deliveries(told):
    counted = Delivery.objects.annotate(tries_kept=Count("attempts"))
    assert not counted.exclude(tries_kept=F("attempt_count")).exists()
    assert not Attempt.objects.filter(ended_at__lt=F("started_at")).exists()
    assert RatingLeg.objects.count() + 3 == Delivery.objects.count()  # one waits, one conflicts, one is refused


def test_every_call_has_a_timeline_in_order(told):
    for call in Call.objects.prefetch_related("events")[:100]:
        stamps = [event.at for event in call.events.all()]
        assert stamps == sorted(stamps)
        assert stamps[0] == call.created_at
    assert CallEvent.objects.values("call").distinct().count() == Call.objects.count()


def test_no_agent_is_on_two_calls_at_once(told):
    for agent in User.objects.filter(role="agent"):
        ended = None
        for call in agent.calls.order_by("created_at"):
            assert ended is None or call.created_at > ended
            ended = call.ended_at


def test_numbers_know_what_their_calls_taught(told):
    dead = PhoneNumber.objects.filter(calls__rating__outcome=Outcome.DISCONNECTED_NUMBER).distinct()
    assert dead.exists()
    assert not dead.filter(disconnected_at=None).exists()
    asked = PhoneNumber.objects.filter(calls__rating__outcome=Outcome.DO_NOT_CALL).distinct()
    assert not asked.filter(do_not_call=None).exists()


def test_what_came_back_is_of_every_kind(told):
    happened = FeedbackRequest.objects.filter(vendor_id__isnull=False)
    assert happened.count() >= 15 and not happened.filter(call=None).exists()
    for seen in ("clicked", "bounced", "spam_complaint"):
        assert happened.filter(**{seen: True}).exists(), seen
    assert happened.filter(feedback__isnull=False).count() >= 5
    assert {"nps", "stars", "happy"} <= set(Feedback.objects.values_list("kind", flat=True))
    assert Feedback.objects.exclude(comments="").filter(read_at=None).exists()
    assert Review.objects.values("platform").distinct().count() == 3
    assert Review.objects.get(location=None).vendor_location
    assert Review.objects.filter(read_at=None).exists() and Review.objects.filter(replied_at__isnull=False).exists()
    conflict = Conflict.objects.get()
    assert len({conflict.ours, conflict.theirs, conflict.base}) == 3
    pending = VendorUser.objects.get(vendor_id=None)
    assert pending.status == "pending" and {one.expires_at > NOW for one in Invitation.objects.all()} == {True, False}


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_whatever_the_hour_there_are_calls_of_the_last_hours(hour):
    now = datetime(2026, 11, 21, hour, 40, tzinfo=UTC)
    assert [call for call in _story(now) if call.at > now - timedelta(hours=5)]


def test_the_same_moment_tells_the_same_story():
    now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    assert _story(now) == _story(now)


def _story(now):
    return load.story.tell(now, load._lines(), load._desks(), load.SEED)


def test_somebody_waits_for_a_call_and_one_is_anyones(told):
    waiting = Callback.objects.waiting()
    assert waiting.filter(promised_at__lt=NOW - timedelta(minutes=20)).exists()
    assert waiting.filter(owner=None, promised_at__lt=NOW).exists()
    assert waiting.filter(promised_at__gt=NOW).count() >= 3
    assert waiting.filter(origin="retry", try_number=2, tries=3).exists()


def test_somebody_watches_over_it(told):
    supervisor = User.objects.get(email=sign_ins.email("supervisor"))
    alerts = Alert.objects.visible_to(supervisor)
    assert alerts.open().exists() and alerts.exclude(ended_at=None).exists()
    picks = CoachingPick.objects.visible_to(supervisor)
    assert {one.stage for one in picks} == {"open", "reviewed", "skipped"}
    assert CoachingPick.objects.filter(agent__email=sign_ins.email("agent"), stage="reviewed", read_at=None).exists()
    reports = Report.objects.filter(user=supervisor)
    assert {one.letter.state for one in reports} == {"sent"} and reports.count() == 2
    assert not Letter.objects.filter(state="waiting").exists()  # the demo writes to nobody
