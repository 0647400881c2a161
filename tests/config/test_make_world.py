"""The made-up world: as large as asked for, sound, the same for the same seed, and never among real calls."""

import io
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Q, Sum
from django.utils import timezone

from accounts.models import User
from calls.choices import LIVE, WRAPPABLE
from calls.models import Call, Callback, CallEvent
from config.big_world import make, numbers
from customers import phones
from customers.models import Customer, DoNotCall, Location, PhoneNumber
from feedback.choices import Leg
from feedback.models import Feedback, FeedbackRequest, Rating, RatingLeg, RatingRevision, Review, Tally
from feedback.tallies import rebuild
from integrations.models import Connection, Delivery
from tests.world import make_call, make_user

pytestmark = pytest.mark.django_db
# How rows are written is another on each database; what they tell is not.
BOTH = pytest.mark.both
UNTIL = "2026-03-11T15:30:00Z"  # a Wednesday, in the week after American clocks changed


def make_world(seed=make.SEED, calls=300, customers=60, reviews=120, until=UNTIL):
    """As the command does, but for counting all days of all places, which takes seconds."""
    make.make(make.Plan(calls, customers, reviews, datetime.fromisoformat(until), seed), counted=False)


def by_command(*more, calls=300, customers=60, reviews=120, until=UNTIL):
    out = io.StringIO()
    sizes = ("--calls", str(calls), "--customers", str(customers), "--reviews", str(reviews))
    call_command("make_world", *sizes, "--until", until, *more, stdout=out)
    return out.getvalue()


def whole():
    """What stands in the tables of it, but for keys of rows that were there before."""
    return {
        "calls": list(
            Call.objects.order_by("pk").values_list("intent", "uuid", "created_at", "status", "agent__email")
        ),
        "ratings": list(Rating.objects.order_by("pk").values_list("outcome", "quality", "notes", "saved_at")),
        "numbers": list(PhoneNumber.objects.order_by("pk").values_list("e164", "last_dialled_at")),
        "feedback": list(Feedback.objects.order_by("pk").values_list("kind", "nps_score", "star_rating", "left_at")),
        "reviews": list(Review.objects.order_by("pk").values_list("written_at", "rating", "location__name")),
    }


@BOTH
def test_it_is_as_large_as_asked_for_and_says_so():
    said = by_command()
    assert (Call.objects.count(), Customer.objects.count(), Review.objects.count()) == (300, 60, 120)
    assert "A world of 300 calls, 60 customers and 120 reviews." in said
    assert "calls: 300 in" in said
    its_figures_are_counted_and_what_changes_later_is_noticed()


def its_figures_are_counted_and_what_changes_later_is_noticed():
    assert not rebuild.stale()
    placed = Call.objects.exclude(status="refused").exclude(status="placing").count()
    assert Tally.objects.filter(grain="").aggregate(n=Sum("calls"))["n"] == placed
    Call.objects.filter(pk=7).update(status="busy")
    assert rebuild.stale()


@BOTH
def test_every_row_points_at_one_that_is_there():
    """What else a row must keep, the database itself looks at when it is written."""
    make_world()
    connection.check_constraints()


@BOTH
def test_a_table_goes_on_after_the_last_key_of_it():
    make_world()
    call = make_call(make_user("somebody@x.test"))
    assert call.pk == 301


def test_most_ended_calls_are_wrapped_up_and_each_of_these_has_four_legs():
    make_world(calls=2_000)
    ended, rated = Call.objects.filter(status__in=WRAPPABLE), Rating.objects
    assert 0.8 < rated.count() / ended.count() < 0.9
    assert RatingLeg.objects.count() == 4 * rated.count() == Delivery.objects.count()
    assert set(RatingLeg.objects.values_list("leg", flat=True)) == set(Leg.values)
    assert RatingRevision.objects.count() == rated.count()
    assert not Rating.objects.exclude(call__status__in=WRAPPABLE).exists()


def test_nothing_is_later_than_its_last_moment_and_a_day_of_it_is_not_over():
    make_world(calls=2_000)
    until = datetime.fromisoformat(UNTIL).astimezone(UTC)
    late = Q(created_at__gt=until) | Q(ended_at__gt=until) | Q(rating__saved_at__gt=until)
    assert not Call.objects.filter(late).exists()
    assert not Feedback.objects.filter(left_at__gt=until).exists()
    assert not Review.objects.filter(Q(written_at__gt=until) | Q(replied_at__gt=until)).exists()
    assert Call.objects.filter(created_at__gte=until.replace(hour=0, minute=0)).count() >= 5
    assert Call.objects.filter(status__in=LIVE).count() == 10


def test_times_of_a_call_are_in_order():
    make_world()
    assert not Call.objects.filter(ended_at__lt=F("created_at")).exists()
    assert not Call.objects.filter(connected_at__gt=F("ended_at")).exists()
    assert not Rating.objects.filter(saved_at__lt=F("call__ended_at")).exists()
    assert not Call.objects.filter(parent__created_at__gte=F("created_at")).exists()


def test_what_customers_answer_is_tied_to_the_request_and_that_to_its_call():
    make_world(calls=3_000)
    assert FeedbackRequest.objects.exclude(feedback=None).count() > 20
    assert not FeedbackRequest.objects.exclude(feedback=None).exclude(feedback__customer=F("call__customer")).exists()
    assert not FeedbackRequest.objects.exclude(call__rating__right_party=True).exists()
    share = FeedbackRequest.objects.count() / Rating.objects.filter(right_party=True).count()
    assert 0.25 < share < 0.35


def test_places_stand_in_five_zones_of_eight_accounts_and_some_supervisors_see_few():
    make_world(calls=0)
    assert Location.objects.count() == 40
    assert Location.objects.values("account").distinct().count() == 8
    assert Location.objects.values("time_zone").distinct().count() == 5
    supervisors = User.objects.filter(role="supervisor")
    assert sorted(one.locations.count() for one in supervisors.filter(sees_all_locations=False)) == [1, 3, 8, 15]


def test_nobody_of_it_can_sign_in():
    make_world(calls=0)
    assert User.objects.count() == 126
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_no_number_of_it_is_one_of_the_demo_or_of_somebody():
    every = [numbers.number(index) for index in (*range(0, 80_000, 7), numbers.MOST - 1)]
    assert len(set(every)) == len(every)
    for e164 in every:
        assert phones.parse(e164).e164 == e164
        assert e164[5:10] == "55501" or e164.startswith("+1555")
        assert not e164.startswith(("+1212", "+1201"))


def test_the_same_seed_makes_the_same_world_and_another_one_another():
    make_world()
    first = whole()
    clear()
    make_world()
    assert whole()["ratings"] == first["ratings"]
    assert whole()["feedback"] == first["feedback"]
    assert [row[1:] for row in whole()["calls"]] == [row[1:] for row in first["calls"]]
    clear()
    make_world(seed=7)
    assert whole()["ratings"] != first["ratings"]


def clear():
    """Empties what a world fills."""
    for model in (FeedbackRequest, Feedback, Review, RatingLeg, Rating, Delivery, Callback, DoNotCall):
        model.objects.all().delete()
    Call.objects.update(parent=None)
    for model in (CallEvent, Call, Customer, PhoneNumber, Location, User):
        model.objects.all().delete()


def test_it_refuses_a_database_with_calls_unless_told_to_add():
    make_world(calls=20)
    with pytest.raises(CommandError, match="only with --add") as refused:
        by_command(calls=20)
    assert refused.value.returncode == 1
    assert Call.objects.count() == 20
    by_command("--add", calls=30, customers=0, reviews=0)
    assert (Call.objects.count(), Customer.objects.count()) == (50, 60)


def test_it_refuses_where_real_vendors_would_be_told(settings):
    settings.VENDORS = settings.VENDORS | {"trestle": {"base_url": "https://api.trestleiq.com", "api_key": "k"}}
    with pytest.raises(CommandError, match=r"real vendors \(Trestle\)"):
        by_command()
    assert not Call.objects.exists()
    Connection.objects.filter(vendor="trestle").update(is_on=False)
    make.check(make.Plan(1, 1, 1, timezone.now()))


@pytest.mark.parametrize("wrong", ["-1", "many", "1.5"])
def test_a_wrong_size_is_wrong_usage(wrong):
    with pytest.raises(CommandError, match="is not a number of things"):
        call_command("make_world", "--calls", wrong)


def test_it_can_be_made_at_any_hour():
    """In the first minutes of a day nothing has happened yet anywhere near Greenwich."""
    make_world(until="2026-01-01T00:05:00Z")
    assert Call.objects.count() == 300
    assert timezone.now() > Call.objects.latest("created_at").created_at
