"""The demo world: believable, consistent with what our own deeds would have written, loaded once."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.models import User
from calls.choices import FINAL, CallStatus
from calls.models import Call, CallEvent
from config.demo import load, sign_ins
from customers.models import ClientAccount, Customer, DoNotCall, Location, NumberLookup, PhoneNumber
from feedback import legs, services
from feedback.choices import Outcome
from feedback.models import Draft, Rating, RatingLeg, RatingRevision
from integrations.choices import DeliveryState
from integrations.models import Attempt, Connection, Delivery
from tests.world import make_customer

RESERVED_FOR_FICTION = re.compile(r"\+1(212555|201555)01\d\d")


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The world, loaded once for this file and taken away after it."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        load.load(datetime(2026, 11, 20, 15, tzinfo=UTC))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def told(loaded, django_db_blocker):
    with django_db_blocker.unblock():
        yield


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
    numbers = [*PhoneNumber.objects.values_list("e164", flat=True), *Connection.objects.get(vendor="ccai").caller_ids]
    assert [number for number in numbers if not RESERVED_FOR_FICTION.fullmatch(number)] == []


def test_the_calls_fill_three_weeks_up_to_today(told):
    now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    days = {at.date() for at in Call.objects.values_list("created_at", flat=True)}
    assert len(days) >= 15
    assert max(days) == now.date()
    assert min(days) >= (now - timedelta(days=22)).date()
    assert not Call.objects.filter(ended_at__gt=now).exists()


def test_nothing_is_open_or_unfinished(told):
    assert not Call.objects.exclude(status__in=FINAL).exists()
    assert not Draft.objects.exists()
    assert not Delivery.objects.filter(state=DeliveryState.PENDING).exists()
    rated_or_closed = Q(rating__isnull=False) | Q(timed_out_at__isnull=False) | Q(status=CallStatus.REFUSED)
    assert not Call.objects.exclude(rated_or_closed).exists()


def test_only_the_supervisor_finds_wrap_ups_that_timed_out(told):
    timed_out = Call.objects.filter(timed_out_at__isnull=False)
    assert timed_out.count() == 2
    assert not timed_out.filter(agent__email=sign_ins.email("agent")).exists()


def test_every_way_a_call_can_go_is_there(told):
    assert {"completed", "no_answer", "busy", "failed", "refused"} <= set(Call.objects.values_list("status", flat=True))
    assert set(Outcome.values) == set(Rating.objects.values_list("outcome", flat=True))
    assert {"delivered", "parked", "not_applicable"} == set(Delivery.objects.values_list("state", flat=True))
    assert DoNotCall.objects.count() > 1
    assert Customer.objects.filter(opted_out_at__isnull=False).count() == 3
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
        saved = services._as_json(revision.rating)
        for kept in (saved, revision.data):
            kept["quality"] = kept["quality"] and Decimal(kept["quality"])
        assert revision.data == saved


def test_each_leg_is_what_its_rating_would_send(told):
    ratings = Rating.objects.select_related("call__number", "call__customer")
    for rating in ratings[:150]:
        rows = {row.leg: row.delivery for row in rating.legs.select_related("delivery")}
        assert set(rows) == set(legs.Leg.values)
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
    assert RatingLeg.objects.count() == Delivery.objects.count()


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


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_whatever_the_hour_there_are_calls_of_the_last_hours(hour):
    now = datetime(2026, 11, 21, hour, 40, tzinfo=UTC)
    assert [call for call in _story(now) if call.at > now - timedelta(hours=5)]


def test_the_same_moment_tells_the_same_story():
    now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    assert _story(now) == _story(now)


def _story(now):
    return load.story.tell(now, load._lines(), load._desks(), load.SEED)


@pytest.mark.django_db
def test_a_second_load_changes_nothing():
    call_command("load_demo")
    before = (Call.objects.count(), Delivery.objects.count(), User.objects.get(email="agent@demo.test").password)
    call_command("load_demo")
    assert (
        Call.objects.count(),
        Delivery.objects.count(),
        User.objects.get(email="agent@demo.test").password,
    ) == before
    assert Call.objects.latest("created_at").created_at > timezone.now() - timedelta(hours=5)


@pytest.mark.django_db
def test_a_database_with_people_of_its_own_is_left_alone():
    make_customer()
    with pytest.raises(CommandError, match="empty one only"):
        call_command("load_demo")
    assert not User.objects.filter(email="admin@demo.test").exists()
