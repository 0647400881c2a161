"""Anyone's callbacks through CCAI's scheduled calls: asked once, refused, uncertain; and those without sense."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls import planned, tasks
from calls.choices import CallbackState, CallStatus, Kind
from calls.models import Call, Callback
from calls.services import DialRefused, decide_uncertain, handover, hopeless, place, tries
from calls.services.callbacks import CannotChange, Whom, Wish, cancel, give, promise
from customers.models import DoNotCall, PhoneNumber
from integrations.models import Connection
from tests.feedback.rated import save
from tests.world import make_call, make_callback

AHEAD = timedelta(hours=5)


@pytest.fixture
def switched_on(world):
    Connection.objects.of("ccai")
    Connection.objects.filter(vendor="ccai").update(options={"callbacks": True, "callback_menu": "30"})


@pytest.fixture
def ripe(world, switched_on):
    """One that is anyone's, promised long enough ago to be handed over."""
    row = promise(world.agent, Whom.of_customer(world.marta), Wish(timezone.now() + AHEAD))
    Callback.objects.filter(pk=row.pk).update(made_at=timezone.now() - timedelta(minutes=5))
    return row


@pytest.mark.django_db(transaction=True)
class TestHandingOver:
    def test_ccai_is_asked_once_and_ours_does_not_ring_too(self, world, ripe, sandbox, dials):
        for _ in range(3):
            tasks.callbacks()
        ripe.refresh_from_db()
        call = Call.objects.get()
        assert (ripe.state, call.callback, call.status) == (CallbackState.HANDED_OVER, ripe, CallStatus.SCHEDULED)
        (dial,) = dials()
        assert dial["body"]["menu_id"] == 30
        assert planned.meant_by(world.agent, world.marta.phone) is None
        with pytest.raises(CannotChange, match="neither move nor cancel"):
            cancel(ripe, world.agent, "They wrote")

    def test_its_wrap_up_closes_it(self, world, ripe, sandbox):
        tasks.callbacks()
        Call.objects.update(status=CallStatus.COMPLETED, agent=world.colleague, connected_at=timezone.now())
        save(Call.objects.get())
        ripe.refresh_from_db()
        assert (ripe.state, ripe.settled_by) == (CallbackState.DONE, Call.objects.get())

    def test_refused_it_stays_ours_with_ccais_words_and_is_not_asked_again(self, world, ripe, sandbox, dials):
        sandbox.answer("ccai", status=400, body={"message": "Menu is closed then"})
        tasks.callbacks()
        tasks.callbacks()
        ripe.refresh_from_db()
        assert ripe.state == CallbackState.OPEN
        assert ripe.why.startswith("CCAI did not take it, so we call.")
        assert "Menu is closed then" in ripe.why
        assert len(dials()) == 1
        assert list(planned.ours_to_call(Callback.objects.all())) == [ripe]

    def test_uncertain_nobody_rings_until_a_person_has_decided(self, world, ripe, sandbox, dials):
        sandbox.fault("ccai", kind="reset", when="after", path="/calls")
        tasks.callbacks()
        ripe.refresh_from_db()
        call = Call.objects.get()
        assert call.status == CallStatus.UNCERTAIN
        assert (ripe.state, ripe.why) == (CallbackState.OPEN, handover.UNSURE)
        assert not planned.ours_to_call(Callback.objects.all()).exists()
        decide_uncertain(call, happened=False, by=world.agent)
        tasks.callbacks()
        ripe.refresh_from_db()
        assert ripe.why.startswith("CCAI did not take it, so we call.")
        assert planned.ours_to_call(Callback.objects.all()).exists()
        assert len(dials()) == 1

    def test_who_died_before_writing_the_answer_down_is_made_good(self, world, ripe, sandbox, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(handover, "_answered", lambda row, call: (_ for _ in ()).throw(SystemExit))
            with pytest.raises(SystemExit):
                tasks.callbacks()
        tasks.callbacks()
        ripe.refresh_from_db()
        assert ripe.state == CallbackState.HANDED_OVER

    def test_a_slip_can_be_corrected_first_and_nothing_near_is_handed_over(self, world, switched_on, sandbox, dials):
        promise(world.agent, Whom.of_customer(world.marta), Wish(timezone.now() + AHEAD))
        soon = promise(world.agent, Whom.of_customer(world.jon), Wish(timezone.now() + timedelta(minutes=2)))
        Callback.objects.filter(pk=soon.pk).update(made_at=timezone.now() - timedelta(minutes=5))
        tasks.callbacks()
        assert dials() == []

    def test_mine_stays_mine_and_so_does_what_is_given_to_somebody(self, world, ripe, sandbox, dials):
        promise(world.agent, Whom.of_customer(world.jon), Wish(timezone.now() + AHEAD, world.agent))
        give(ripe, world.agent, world.colleague)
        Callback.objects.update(made_at=timezone.now() - timedelta(minutes=5))
        tasks.callbacks()
        assert dials() == []

    def test_off_nothing_is_handed_over(self, world, ripe, sandbox, dials):
        Connection.objects.filter(vendor="ccai").update(options={})
        tasks.callbacks()
        assert dials() == []


@pytest.mark.django_db
def test_do_not_call_cannot_stop_ccai_and_says_so(world):
    row = make_callback(None, world.marta, AHEAD, state=CallbackState.HANDED_OVER)
    tries.settle(make_call(world.agent, world.marta), world.agent, tries.Ending(stop=hopeless.NOT_TO_CALL))
    row.refresh_from_db()
    assert row.state == CallbackState.HANDED_OVER
    assert "neither move nor cancel" in row.why


@pytest.mark.both
@pytest.mark.django_db
class TestHopeless:
    def opted_out(world):
        world.marta.opted_out_at = timezone.now()
        world.marta.save()

    def do_not_call(world):
        DoNotCall.objects.create(number=world.marta.phone, account=world.northwind)

    def wrong_party(world):
        PhoneNumber.objects.filter(pk=world.marta.phone_id).update(wrong_party_at=timezone.now() + AHEAD)

    def dead(world):
        PhoneNumber.objects.filter(pk=world.marta.phone_id).update(disconnected_at=timezone.now() + AHEAD)

    @pytest.mark.parametrize(
        "learned, why",
        [
            (opted_out, hopeless.OPTED_OUT),
            (do_not_call, hopeless.NOT_TO_CALL),
            (wrong_party, hopeless.SOMEBODY_ELSE),
            (dead, hopeless.DEAD),
        ],
    )
    def test_what_was_learned_elsewhere_ends_them(self, world, learned, why):
        row, other = make_callback(world.agent, world.marta), make_callback(world.agent, world.jon)
        learned(world)
        assert hopeless.end_hopeless() == 1
        row.refresh_from_db()
        other.refresh_from_db()
        assert (row.state, row.why, other.state) == (CallbackState.CANCELLED, why, CallbackState.OPEN)

    def test_another_accounts_do_not_call_does_not(self, world):
        make_callback(world.agent, world.marta)
        DoNotCall.objects.create(number=world.marta.phone, account=world.blue_oak)
        assert hopeless.end_hopeless() == 0

    def test_one_that_is_being_called_is_left_to_its_wrap_up(self, world):
        row = make_callback(world.agent, world.marta)
        make_call(world.agent, world.marta, CallStatus.RINGING, callback=row)
        TestHopeless.opted_out(world)
        assert hopeless.end_hopeless() == 0


@pytest.mark.django_db(transaction=True)
class TestWhatChangesMeanwhile:
    def test_a_row_read_before_it_was_cancelled_or_moved_is_not_asked_for(self, world, ripe, sandbox, dials):
        stale = Callback.objects.get(pk=ripe.pk)
        cancel(ripe, world.agent, "They wrote")
        assert not handover.hand_over(stale) and dials() == [] and not Call.objects.exists()

    def test_one_that_is_moved_at_the_last_moment_is_not_rung_at_the_old_time(self, world, ripe, sandbox, dials):
        stale = Callback.objects.get(pk=ripe.pk)
        Callback.objects.filter(pk=ripe.pk).update(promised_at=ripe.promised_at + timedelta(hours=2))
        with pytest.raises(DialRefused, match="changed meanwhile"):
            place(
                world.agent,
                intent="late",
                kind=Kind.SCHEDULED,
                customer=world.marta,
                menu_id="30",
                scheduled_at=stale.promised_at,
                callback=stale,
            )
        assert dials() == []

    def test_a_passing_obstacle_is_asked_again_and_no_refusal(self, world, ripe, sandbox, dials):
        on_it = make_call(world.colleague, world.marta, status=CallStatus.IN_PROGRESS)
        tasks.callbacks()
        ripe.refresh_from_db()
        assert ripe.state == CallbackState.OPEN
        Call.objects.filter(pk=on_it.pk).update(status=CallStatus.COMPLETED)
        tasks.callbacks()
        ripe.refresh_from_db()
        assert ripe.state == CallbackState.HANDED_OVER and len(dials()) == 1

    def test_when_ccais_call_is_over_and_nobody_wrapped_it_up_a_person_may_go_on(self, world, ripe, sandbox):
        tasks.callbacks()
        Call.objects.update(status=CallStatus.FAILED)
        assert cancel(ripe, world.agent, "CCAI did not reach them").state == CallbackState.CANCELLED

    def test_what_is_planned_anew_after_a_refusal_has_a_key_of_its_own(self, world, ripe, sandbox):
        first = handover.intent_of(ripe)
        make_call(world.agent, world.marta, status=CallStatus.REFUSED, callback=ripe)
        assert handover.intent_of(ripe) != first
