"""Planned calls at the desk and in their list: who sees them, one press dials, two agents, and what may be changed."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from calls import planned, services
from calls.choices import CallbackState, CallStatus
from calls.models import Call, Callback
from calls.services import hopeless
from calls.services.callbacks import CannotPlan, Whom, Wish, give, promise
from customers.models import DoNotCall
from tests.world import fiction, make_call, make_callback, make_customer

pytestmark = pytest.mark.django_db
LATE, AHEAD = timedelta(minutes=-20), timedelta(hours=5)


def due(client):
    return client.get("/desk/").content.decode().partition('id="due"')[2].partition("</section>")[0]


def press(client, row, key="one"):
    return client.post(f"/callbacks/{row.pk}/dial/", {"intent": key})


def typed(**fields):
    return {"intent": "one", "callback": "1h", "callback_owner": "mine"} | fields


class TestDesk:
    def test_due_ones_stand_first_with_why_they_are_there(self, world, as_agent):
        call = make_call(world.agent, world.marta, "busy")
        make_callback(
            world.agent, world.marta, LATE, origin="retry", try_number=2, tries=3, reason="Busy", from_call=call
        )
        make_callback(world.agent, world.jon, AHEAD)
        shown = due(as_agent)
        assert all(words in shown for words in ("Marta Oliveira", "2 of 3", "Last: Busy", "Overdue", "1 due"))
        assert "Jon Bell" not in shown

    def test_a_colleagues_is_theirs_until_it_is_released(self, world, as_agent):
        row = make_callback(world.colleague, world.marta, LATE, released_at=timezone.now() + AHEAD)
        assert "Marta" not in due(as_agent)
        Callback.objects.filter(pk=row.pk).update(released_at=timezone.now() - timedelta(minutes=1))
        assert "Was Cleo Colleague’s, since today" in due(as_agent)

    def test_anyones_is_for_the_people_of_its_location(self, world, as_agent, as_elsewhere):
        make_callback(None, world.marta, LATE)
        assert "Marta" in due(as_agent)
        assert "Marta" not in due(as_elsewhere)

    def test_who_is_on_it_is_said_by_name(self, world, as_agent):
        row = make_callback(None, world.marta, LATE)
        make_call(world.colleague, world.marta, CallStatus.RINGING, callback=row)
        shown = due(as_agent)
        assert "Cleo Colleague is on it." in shown
        assert "/dial/" not in shown

    def test_one_that_was_called_and_waits_for_its_wrap_up_is_not_due(self, world, as_agent):
        make_call(world.agent, world.marta, callback=make_callback(None, world.marta, LATE))
        assert "Marta" not in due(as_agent)

    def test_who_has_a_time_is_not_up_next(self, world, as_agent):
        make_callback(world.agent, world.marta, AHEAD)
        assert world.marta not in as_agent.get("/desk/").context["up_next"]

    def test_one_that_may_not_be_called_at_this_hour_says_from_when(self, world, as_agent, settings):
        hour = timezone.now().hour
        settings.CALLING_HOURS = (f"{(hour + 3) % 24:02d}:00", f"{(hour + 5) % 24:02d}:00")
        world.marta.time_zone = "UTC"
        world.marta.save()
        make_callback(None, world.marta, LATE)
        assert "Callable from" in due(as_agent)

    def test_it_is_asked_for_again_and_answers_only_what_is_new(self, world, as_agent):
        make_callback(world.agent, world.marta, LATE)
        seen = planned.due(world.agent).version
        assert as_agent.get(f"/desk/due/?seen={seen}", HTTP_HX_REQUEST="true").status_code == 204
        make_callback(None, world.jon, LATE)
        assert b"Jon Bell" in as_agent.get(f"/desk/due/?seen={seen}", HTTP_HX_REQUEST="true").content

    def test_it_asks_as_often_for_one_as_for_eight(self, world, django_assert_num_queries):
        for count in (1, 8):
            for number in range(count):
                make_callback(
                    None, make_customer(f"P {count} {number}", world.riverside, fiction(20 + count * number)), LATE
                )
            with django_assert_num_queries(4):
                assert len(planned.due(world.agent).rows) == count
            Callback.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("agent", "colleague")  # under e-mails that the sandbox knows
class TestDialling:
    def test_one_press_dials_and_the_call_carries_it(self, world, as_agent, sandbox):
        row = make_callback(None, world.marta, LATE)
        answer = press(as_agent, row)
        call = Call.objects.get()
        assert answer["Location"] == f"/calls/{call.pk}/"
        assert (call.callback, call.customer, call.number, call.location) == (
            row,
            world.marta,
            world.marta.phone,
            world.riverside,
        )
        assert press(as_agent, row)["Location"] == answer["Location"]
        assert Call.objects.count() == 1

    def test_the_second_agent_is_told_by_name(self, world, as_agent, as_colleague, sandbox):
        row = make_callback(None, world.marta, LATE)
        press(as_colleague, row)
        answer = as_agent.post(f"/callbacks/{row.pk}/dial/", {"intent": "mine"}, follow=True)
        assert "Cleo Colleague is on it." in answer.content.decode()
        assert Call.objects.count() == 1

    def test_the_database_lets_one_call_carry_it_whatever_the_pages_say(self, world, sandbox):
        row = make_callback(None, world.marta, LATE)
        make_call(world.colleague, world.jon, callback=row)
        with pytest.raises(Exception, match="one_call_a_callback|calls_call.callback_id"):
            make_call(world.agent, world.marta, callback=row)

    def test_a_refused_call_leaves_it_open(self, world, as_agent, sandbox):
        row = make_callback(None, world.marta, LATE)
        sandbox.answer("ccai", status=400, body={"message": "no"})
        press(as_agent, row)
        assert "Marta" in due(as_agent)
        press(as_agent, row, "two")
        assert Call.objects.filter(callback=row).count() == 2

    def test_a_dial_to_the_number_near_its_time_is_the_callback(self, world, as_agent, sandbox):
        row = make_callback(world.agent, world.marta, timedelta(minutes=20))
        make_callback(world.agent, world.jon, AHEAD)
        as_agent.post("/desk/dial/", {"customer": world.marta.pk, "lang": "en"})
        assert Call.objects.get().callback == row
        Call.objects.update(status="completed")
        as_agent.post("/desk/dial/", {"customer": world.jon.pk, "lang": "en"})
        assert Call.objects.filter(callback=None).count() == 1

    def test_one_that_is_over_is_not_dialled(self, world, as_agent, sandbox):
        row = make_callback(None, world.marta, LATE, state=CallbackState.CANCELLED, why="They moved.")
        answer = as_agent.post(f"/callbacks/{row.pk}/dial/", {"intent": "one"}, follow=True)
        assert "Nobody is to be called here any more. They moved." in answer.content.decode()
        assert not Call.objects.exists()

    def test_a_rule_that_says_no_is_said_and_it_stays(self, world, as_agent, sandbox):
        world.marta.opted_out_at = timezone.now()
        world.marta.save()
        row = make_callback(None, world.marta, LATE)
        answer = as_agent.post(f"/callbacks/{row.pk}/dial/", {"intent": "one"}, follow=True)
        assert "asked not to be contacted" in answer.content.decode()
        assert not Call.objects.exists()


def test_a_call_made_elsewhere_near_its_time_is_the_callback_too(world):
    row = make_callback(world.agent, world.marta, LATE)
    call = services.log_by_hand(
        world.agent, intent="log", kind="outbound", status="completed", began=timezone.now(), customer=world.marta
    )
    assert call.callback == row


class TestPlanning:
    def test_a_double_press_plans_one(self, world, as_agent):
        for _ in range(2):
            answer = as_agent.post(f"/desk/customers/{world.marta.pk}/callback/", typed())
            assert answer["Location"] == f"/desk/customers/{world.marta.pk}/"
        row = Callback.objects.get()
        assert row.owner == world.agent
        assert b"Ada Agent calls them back" in as_agent.get(answer["Location"]).content

    @pytest.mark.parametrize(
        "fields, sentence",
        [
            ({"callback": ""}, "Say when they are called back"),
            ({"callback": "at", "callback_at": "2020-01-01T10:00"}, "That time is over"),
            ({"callback": "at", "callback_at": "next week"}, "Write the time as a date"),
            ({"callback": "at", "callback_at": "9999-01-01T10:00"}, "more than a year"),
        ],
    )
    def test_a_time_that_is_none_gets_a_sentence_and_nothing_typed_is_lost(self, world, as_agent, fields, sentence):
        path = f"/desk/customers/{world.marta.pk}/callback/"
        answer = as_agent.post(path, typed(**fields, callback_note="About the <b>bill</b>"))
        html = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in html
        assert "About the &lt;b&gt;bill&lt;/b&gt;" in html
        assert not Callback.objects.exists()

    def test_a_time_is_read_on_the_customers_clock(self, world, as_agent):
        world.marta.time_zone = "Pacific/Honolulu"
        world.marta.save()
        year = timezone.now().year + 1 if timezone.now().month > 6 else timezone.now().year
        at = f"{year}-{(timezone.now() + timedelta(days=40)):%m-%d}T10:00"
        if timezone.now() + timedelta(days=366) < timezone.datetime.fromisoformat(at + "Z"):
            at = f"{year - 1}{at[4:]}"
        as_agent.post(f"/desk/customers/{world.marta.pk}/callback/", typed(callback="at", callback_at=at))
        row = Callback.objects.get()
        assert (row.zone, f"{row.promised_at:%H:%M}") == ("Pacific/Honolulu", "20:00")

    def test_nobody_can_be_called_back_without_a_number(self, world, as_agent):
        path = f"/desk/customers/{world.numberless.pk}/callback/"
        assert b"No number is known" in as_agent.get(path).content
        assert as_agent.post(path, typed()).status_code == 422

    @pytest.mark.both
    def test_two_presses_at_once_plan_one(self, world, transactional_db, together):
        whom, at = Whom.of_customer(world.marta), timezone.now() + AHEAD
        deed = lambda: promise(world.agent, whom, Wish(at), intent="the same")  # noqa: E731
        first, second = together(deed, deed)
        assert first == second
        assert Callback.objects.count() == 1

    @pytest.mark.both
    def test_two_people_at_once_leave_one_promise(self, world, transactional_db, together):
        whom, at = Whom.of_customer(world.marta), timezone.now() + AHEAD
        together(*(lambda who=who: promise(who, whom, Wish(at, who)) for who in (world.agent, world.colleague)))
        assert Callback.objects.waiting().count() == 1

    def test_with_ccai_it_is_not_replaced(self, world):
        make_callback(None, world.marta, AHEAD, state=CallbackState.HANDED_OVER)
        with pytest.raises(CannotPlan, match="neither move nor cancel"):
            promise(world.agent, Whom.of_customer(world.marta), Wish(timezone.now() + AHEAD))


class TestChanging:
    def test_it_is_moved_and_says_so(self, world, as_agent):
        row = make_callback(world.agent, world.marta, AHEAD)
        as_agent.post(f"/callbacks/{row.pk}/", typed(callback="1h", callback_note="Bring the file"))
        before, row = row.promised_at, Callback.objects.get()
        assert row.promised_at < before
        assert row.note == "Bring the file"
        assert [event.word for event in row.events.all()] == ["moved"]

    def test_who_is_given_a_late_one_has_as_long_as_anybody(self, world):
        row = give(make_callback(None, world.marta, LATE), world.supervisor, world.agent)
        assert row.owner == world.agent
        assert row.released_at > timezone.now() + timedelta(minutes=29)

    def test_a_supervisor_gives_it_to_somebody_of_its_location_only(self, world, as_supervisor):
        row = make_callback(world.agent, world.marta, AHEAD)
        as_supervisor.post(f"/callbacks/{row.pk}/owner/", {"owner": world.elsewhere.pk})
        assert Callback.objects.get().owner == world.agent
        as_supervisor.post(f"/callbacks/{row.pk}/owner/", {"owner": world.colleague.pk})
        assert Callback.objects.get().owner == world.colleague

    def test_cancelling_needs_a_reason(self, world, as_agent):
        row = make_callback(world.agent, world.marta, AHEAD)
        assert as_agent.post(f"/callbacks/{row.pk}/cancellation/", {"reason": " "}).status_code == 422
        as_agent.post(f"/callbacks/{row.pk}/cancellation/", {"reason": "They wrote to us"})
        row = Callback.objects.get()
        assert (row.state, row.cancelled_by, row.why) == (CallbackState.CANCELLED, world.agent, "They wrote to us")

    @pytest.mark.parametrize("state", [CallbackState.DONE, CallbackState.HANDED_OVER])
    def test_what_is_over_or_with_ccai_stays(self, world, as_agent, state):
        row = make_callback(world.agent, world.marta, AHEAD, state=state)
        assert as_agent.post(f"/callbacks/{row.pk}/cancellation/", {"reason": "No"}).status_code == 422
        assert Callback.objects.get().state == state

    def test_while_somebody_is_on_it_nobody_moves_it(self, world, as_agent):
        row = make_callback(world.agent, world.marta, AHEAD)
        make_call(world.colleague, world.marta, CallStatus.RINGING, callback=row)
        answer = as_agent.post(f"/callbacks/{row.pk}/", typed())
        assert "Cleo Colleague is on it." in answer.content.decode()
        assert answer.status_code == 422


class TestList:
    def test_the_soonest_stands_first_and_filters_narrow_it(self, world, as_supervisor):
        late = make_callback(world.agent, world.marta, LATE)
        make_callback(None, world.harriet, AHEAD)
        make_callback(world.agent, world.jon, AHEAD, state=CallbackState.DONE)

        def shown(query=""):
            return [str(row.customer) for row in as_supervisor.get(f"/callbacks/{query}").context["page"].rows]

        assert shown() == ["Marta Oliveira", "Harriet Sund"]
        assert shown("?which=overdue") == ["Marta Oliveira"]
        assert shown("?which=done") == ["Jon Bell"]
        assert shown(f"?owner={world.agent.pk}") == ["Marta Oliveira"]
        assert shown(f"?location={world.harbor.pk}") == ["Harriet Sund"]
        assert shown("?which=all&origin=retry") == []
        assert late.pk

    def test_pages_lose_no_row_between_them(self, world, as_admin, django_assert_max_num_queries):
        at = timezone.now() + AHEAD
        for number in range(60):
            make_callback(None, make_customer(f"P{number}", world.riverside, fiction(20 + number)), promised_at=at)
        with django_assert_max_num_queries(12):
            first = as_admin.get("/callbacks/").context["page"]
        second = as_admin.get("/callbacks/", {"after": first.next}).context["page"]
        assert len({row.pk for row in [*first.rows, *second.rows]}) == 60
        assert second.next == ""


class TestApi:
    def test_they_are_listed_read_and_cancelled(self, world, api):
        row, client = make_callback(world.agent, world.marta, AHEAD), api(world.agent)
        (listed,) = client.get("/api/v1/callbacks/?state=open").json()["results"]
        assert (listed["id"], listed["to"], listed["owner"]) == (row.pk, world.marta.phone.e164, world.agent.pk)
        path = f"/api/v1/callbacks/{row.pk}/cancel/"
        assert client.post(path, {}, format="json").status_code == 422
        answer = client.post(path, {"why": "They wrote"}, format="json")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
        assert client.post(path, {"why": "Again"}, format="json").status_code == 409

    def test_a_colleagues_is_not_cancelled_and_one_elsewhere_is_not_there(self, world, api):
        row = make_callback(world.colleague, world.marta, AHEAD)
        path = f"/api/v1/callbacks/{row.pk}/cancel/"
        assert api(world.agent).post(path, {"why": "x"}, format="json").status_code == 403
        assert api(world.elsewhere).post(path, {"why": "x"}, format="json").status_code == 404


def test_a_dial_carries_no_callback_of_another_client_account(world):
    theirs = make_customer("Marta at the vet", world.oak_street)
    theirs.phone = world.marta.phone
    theirs.save()
    world.oak_street.members.add(world.agent)
    other = make_callback(None, theirs, timedelta(minutes=5))
    assert planned.meant_by(world.agent, world.marta.phone, world.riverside) is None
    assert planned.meant_by(world.agent, world.marta.phone, world.oak_street) == other
    assert planned.meant_by(world.agent, world.marta.phone) == other


def test_a_call_of_last_week_that_is_logged_today_carries_nothing_planned_since(world):
    row = make_callback(world.agent, world.marta, timedelta(minutes=30))
    last_week = timezone.now() - timedelta(days=7)
    said = {"kind": "outbound", "status": "completed", "customer": world.marta}
    assert services.log_by_hand(world.agent, intent="old", began=last_week, **said).callback is None
    assert services.log_by_hand(world.agent, intent="new", began=timezone.now(), **said).callback == row


def test_an_entry_of_do_not_call_ends_a_promise_only_while_it_holds(world):
    row = make_callback(world.agent, world.marta, timedelta(hours=3))
    entry = DoNotCall.objects.create(number=world.marta.phone, until=timezone.now() + timedelta(hours=1))
    assert hopeless.end_hopeless() == 0
    DoNotCall.objects.filter(pk=entry.pk).update(until=row.promised_at + timedelta(hours=1))
    assert hopeless.end_hopeless() == 1


def test_the_note_of_an_overdue_callback_changes_and_its_time_to_the_second_stays(as_agent, world):
    at = timezone.now().replace(second=42) - timedelta(minutes=10)
    row = make_callback(world.agent, world.marta, promised_at=at, zone="America/New_York")
    shown = f"{at.astimezone(ZoneInfo('America/New_York')):%Y-%m-%dT%H:%M}"
    said = {
        "callback": "at",
        "callback_at": shown,
        "callback_zone": "America/New_York",
        "callback_owner": "mine",
        "callback_note": "Ask for Ben.",
    }
    answer = as_agent.post(f"/callbacks/{row.pk}/", said)
    row.refresh_from_db()
    assert (answer.status_code, row.note, row.promised_at) == (302, "Ask for Ben.", at)
