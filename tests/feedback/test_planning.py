"""What a wrap-up does to planned calls: promised, tried again, ended, moved and taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.choices import CallbackOrigin, CallbackState
from calls.models import Callback, RetryPlan
from calls.services import tries
from calls.services.callbacks import Whom, Wish, promise
from feedback import services
from feedback.models import Rating
from tests.feedback.rated import ended_call, save, unanswered_call
from tests.world import make_customer

pytestmark = pytest.mark.both
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def at_any_hour(settings):
    settings.CALLING_HOURS = ("00:00", "24:00")


def soon(**ahead):
    return (timezone.now() + timedelta(**ahead)).replace(microsecond=0)


def wish(at, owner="mine", note=""):
    return {"at": at.isoformat(), "owner": owner, "note": note}


def waiting(number):
    return list(Callback.objects.waiting().filter(number=number))


def busy(call):
    return save(call, outcome="busy", right_party=None, quality=None)


def test_a_promise_is_kept_with_owner_note_and_whence(world):
    at = soon(hours=3)
    rating = save(ended_call(world.agent, world.marta), outcome="callback", callback=wish(at, note="Ask for the bill"))
    (row,) = waiting(world.marta.phone)
    assert (row.origin, row.promised_at, row.owner, row.note) == ("promise", at, world.agent, "Ask for the bill")
    assert (row.from_call, row.customer, row.location) == (rating.call, world.marta, world.riverside)
    assert (row.zone, row.reason) == ("America/New_York", "Call back")
    assert row.released_at == at + 30 * MINUTE
    assert [event.word for event in row.events.all()] == ["made"]


def test_anyones_has_no_owner_and_nothing_to_release(world):
    save(ended_call(world.agent, world.marta), outcome="callback", callback=wish(soon(hours=3), "anyone"))
    (row,) = waiting(world.marta.phone)
    assert (row.owner, row.released_at, row.is_anyones) == (None, None, True)


def test_busy_is_tried_again_a_quarter_of_an_hour_after_the_call_and_three_times_in_all(world):
    call = unanswered_call(world.agent, world.marta, status="busy")
    busy(call)
    (row,) = waiting(world.marta.phone)
    assert (row.origin, row.try_number, row.tries, row.owner) == ("retry", 2, 3, world.agent)
    assert row.promised_at == call.ended_at + 15 * MINUTE
    second = unanswered_call(world.agent, world.marta, status="busy", callback=row)
    busy(second)
    (third,) = waiting(world.marta.phone)
    row.refresh_from_db()
    assert (row.state, row.settled_by, row.done_at) == (CallbackState.DONE, second, second.created_at)
    assert third.try_number == 3
    last = unanswered_call(world.agent, world.marta, status="busy", callback=third)
    busy(last)
    assert waiting(world.marta.phone) == []
    assert tries.what_next(last) == (None, "That was try 3 of 3: there is no next one.")


def test_a_wrap_up_that_comes_late_plans_nothing_in_the_past(world):
    hours_ago = timezone.now() - timedelta(hours=5)
    busy(unanswered_call(world.agent, world.marta, status="busy", ended_at=hours_ago))
    assert waiting(world.marta.phone)[0].promised_at >= timezone.now() - MINUTE


def test_any_other_call_to_the_number_is_the_next_try(world):
    busy(unanswered_call(world.agent, world.marta, status="busy"))
    busy(unanswered_call(world.colleague, world.marta, status="busy"))
    (row,) = waiting(world.marta.phone)
    assert (row.try_number, row.owner) == (3, world.colleague)


def test_the_account_may_want_it_otherwise(world):
    RetryPlan.objects.create(account=None, tries=9)
    RetryPlan.objects.create(account=world.northwind, busy="", release_minutes=0)
    busy(unanswered_call(world.agent, world.marta, status="busy"))
    assert waiting(world.marta.phone) == []
    save(ended_call(world.agent, world.jon), outcome="callback", callback=wish(soon(hours=3)))
    assert waiting(world.jon.phone)[0].released_at is None


@pytest.mark.parametrize(
    "said, why",
    [
        ({"outcome": "reached"}, "The right person was reached."),
        ({"outcome": "do_not_call"}, "They asked not to be called."),
        ({"outcome": "wrong_party", "right_party": None}, "Somebody else answers at this number."),
        ({"outcome": "reached", "right_party": False}, "Somebody else answers at this number."),
        ({"outcome": "disconnected_number", "right_party": None, "phone_status": "disconnected"}, "not in service"),
    ],
)
def test_the_plan_ends_with_a_sentence(world, said, why):
    busy(unanswered_call(world.agent, world.marta, status="busy"))
    (row,) = waiting(world.marta.phone)
    call = ended_call(world.agent, world.marta)
    save(call, **said)
    row.refresh_from_db()
    assert (row.state, row.settled_by) == (CallbackState.CANCELLED, call)
    assert why in row.why
    assert why in tries.what_next(call)[1]
    assert waiting(world.marta.phone) == []


def test_whoever_opted_out_meanwhile_is_not_tried_again(world):
    world.marta.opted_out_at = timezone.now()
    world.marta.save()
    busy(unanswered_call(world.agent, world.marta, status="busy"))
    assert waiting(world.marta.phone) == []


def test_a_promise_outlives_a_call_about_something_else_and_no_retry_stands_beside_it(world):
    save(ended_call(world.agent, world.marta), outcome="callback", callback=wish(soon(days=2)))
    save(ended_call(world.colleague, world.marta))
    busy(unanswered_call(world.colleague, world.marta, status="busy"))
    (row,) = waiting(world.marta.phone)
    assert row.origin == CallbackOrigin.PROMISE


def test_a_promise_of_this_hour_is_kept_by_whoever_talks_to_them(world):
    save(ended_call(world.agent, world.marta), outcome="callback", callback=wish(soon(minutes=20)))
    call = ended_call(world.colleague, world.marta)
    save(call)
    row = Callback.objects.get()
    assert (row.state, row.settled_by, row.why) == (CallbackState.DONE, call, "They were talked to.")


def test_a_newer_promise_replaces_the_older_one(world):
    save(ended_call(world.agent, world.marta), outcome="callback", callback=wish(soon(days=2)))
    save(ended_call(world.colleague, world.marta), outcome="callback", callback=wish(soon(days=1)))
    old, new = Callback.objects.order_by("pk")
    assert (old.state, old.why) == (CallbackState.CANCELLED, "Replaced by a later promise.")
    assert (new.state, new.owner) == (CallbackState.OPEN, world.colleague)


def test_a_promise_that_nobody_answers_goes_on_as_a_plan(world):
    save(ended_call(world.agent, world.marta), outcome="callback", callback=wish(soon(minutes=5)))
    (promised,) = waiting(world.marta.phone)
    call = unanswered_call(world.agent, world.marta, callback=promised)
    save(call, outcome="no_answer", right_party=None, quality=None)
    promised.refresh_from_db()
    (row,) = waiting(world.marta.phone)
    assert promised.state == CallbackState.DONE
    assert (row.origin, row.try_number, row.reason) == ("retry", 2, "No answer")


def test_the_agent_may_choose_when_to_try_again_or_that_nobody_does(world):
    at = soon(days=3)
    save(unanswered_call(world.agent, world.marta), outcome="no_answer", right_party=None, quality=None,
         callback=wish(at))  # fmt: skip
    (row,) = waiting(world.marta.phone)
    assert (row.origin, row.promised_at, row.try_number) == ("retry", at, 2)
    save(unanswered_call(world.agent, world.jon), outcome="no_answer", right_party=None, quality=None,
         callback={"at": None})  # fmt: skip
    assert waiting(world.jon.phone) == []


def test_a_correction_moves_the_same_callback(world):
    rating = save(ended_call(world.agent, world.marta), outcome="callback", callback=wish(soon(days=1)))
    at = soon(days=2)
    save(rating.call, outcome="callback", callback=wish(at, "anyone"))
    row = Callback.objects.get()
    assert (row.state, row.promised_at, row.owner) == (CallbackState.OPEN, at, None)


def test_a_correction_of_something_else_leaves_a_moved_callback_where_it_is(world):
    chosen = wish(soon(days=1))
    rating = save(ended_call(world.agent, world.marta), outcome="callback", callback=chosen)
    moved = soon(days=5)
    Callback.objects.update(owner=world.colleague, promised_at=moved)
    save(rating.call, outcome="callback", callback=chosen, notes="Spelt right now")
    row = Callback.objects.get()
    assert (row.owner, row.promised_at) == (world.colleague, moved)


def test_a_correction_cancels_what_it_no_longer_wants_and_opens_what_it_had_closed(world):
    busy(unanswered_call(world.agent, world.marta, status="busy"))
    (planned,) = waiting(world.marta.phone)
    call = ended_call(world.agent, world.marta)
    save(call)
    assert waiting(world.marta.phone) == []
    save(call, right_party="unknown")
    assert waiting(world.marta.phone) == [planned]


def test_a_correction_that_finds_the_next_try_made_already_plans_no_other(world):
    first = unanswered_call(world.agent, world.marta, status="busy")
    busy(first)
    (planned,) = waiting(world.marta.phone)
    busy(unanswered_call(world.agent, world.marta, status="busy", callback=planned))
    (third,) = waiting(world.marta.phone)
    save(first, outcome="no_answer", right_party=None, quality=None)
    assert waiting(world.marta.phone) == [third]


def test_undo_takes_the_next_try_back_and_opens_the_one_before(world):
    busy(unanswered_call(world.agent, world.marta, status="busy"))
    (second,) = waiting(world.marta.phone)
    call = unanswered_call(world.agent, world.marta, status="busy", callback=second)
    busy(call)
    services.undo_rating(call, world.agent)
    assert waiting(world.marta.phone) == [second]
    busy(call)
    assert [row.try_number for row in waiting(world.marta.phone)] == [3]
    assert Callback.objects.count() == 2


def test_what_was_promised_beside_the_wrap_up_is_not_taken_back_by_it(world):
    call = ended_call(world.agent, world.marta)
    beside = promise(world.agent, Whom.of_call(call), Wish(soon(minutes=30)), intent="one", from_call=call)
    save(call)
    assert waiting(world.marta.phone) == [beside]


def test_two_accounts_plan_calls_to_one_number_each_for_itself(world):
    same_line = make_customer("Other Oskar", world.oak_street, world.marta.phone.e164)
    save(ended_call(world.agent, world.marta), outcome="callback", callback=wish(soon(days=1)))
    save(ended_call(world.elsewhere, same_line), outcome="callback", callback=wish(soon(days=1)))
    assert len(waiting(world.marta.phone)) == 2
    save(ended_call(world.agent, world.marta), outcome="do_not_call")
    assert [row.location for row in waiting(world.marta.phone)] == [world.oak_street]


def test_a_call_by_ticket_alone_is_promised_by_ticket(world):
    call = ended_call(world.agent, None, number=None, ticket_id="71450", location=world.riverside)
    save(call, outcome="callback", callback=wish(soon(days=1)))
    row = Callback.objects.get()
    assert (row.number, row.ticket_id) == (None, "71450")


def test_nothing_is_planned_where_the_wrap_up_is_not_saved(world):
    call = ended_call(world.agent, world.marta)
    save(call)
    with pytest.raises(services.ChangedMeanwhile):
        services.save_rating(call, world.colleague, {}, based_on=1)
    assert Rating.objects.count() == 1
    assert not Callback.objects.exists()
