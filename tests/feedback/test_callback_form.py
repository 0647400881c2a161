"""The callback part of the wrap-up's form: two clicks keep one, drafts and corrections hold it, a time is asked for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from calls.choices import CallbackState
from calls.models import Callback
from feedback.models import Draft, Rating
from tests.feedback.rated import ended_call, posted, save, unanswered_call
from tests.world import make_callback

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(world):
    return ended_call(world.agent, world.marta)


def path(call, more="rating/"):
    return f"/calls/{call.pk}/{more}"


def said(**fields):
    return {"callback_shown": "1", "flags_shown": "1", "callback_owner": "mine"} | fields


def test_a_time_alone_and_save_are_two_clicks_and_say_call_back(world, as_agent, call):
    assert as_agent.post(path(call), said(callback="tomorrow")).status_code == 302
    rating, row = Rating.objects.get(), Callback.objects.get()
    assert (rating.outcome, rating.right_party) == ("callback", None)
    there = row.promised_at.astimezone(ZoneInfo("America/New_York"))
    assert (there.hour, there.minute) == (10, 0)
    assert there.date() == datetime.now(ZoneInfo("America/New_York")).date() + timedelta(days=1)
    assert "Ada Agent calls them back tomorrow 10:00" in as_agent.get(path(call, "wrap-up/")).content.decode()


def test_the_tomorrow_that_was_shown_counts_also_after_midnight(world, as_agent, call):
    shown = timezone.now().replace(microsecond=0) + timedelta(hours=3)
    as_agent.post(path(call), said(callback="tomorrow", callback_tomorrow=shown.isoformat()))
    assert Callback.objects.get().promised_at == shown


def test_call_back_without_a_time_asks_for_one_gently(world, as_agent, call):
    form = posted(outcome="callback", **said())
    answer = as_agent.post(path(call), form)
    assert answer.status_code == 422
    assert "Say when they are called back, or choose “No time agreed”." in answer.content.decode()
    assert as_agent.post(path(call), form | {"callback": "no"}).status_code == 302
    assert not Callback.objects.exists()


def test_it_is_not_asked_for_where_one_was_planned_beside(world, as_agent, call):
    make_callback(world.agent, world.marta, from_call=call, intent="beside")
    assert as_agent.post(path(call), posted(outcome="callback", **said())).status_code == 302
    assert Callback.objects.get().state == CallbackState.OPEN


@pytest.mark.parametrize("outcome", ["do_not_call", "wrong_party", "disconnected_number"])
def test_what_the_page_had_hidden_is_not_read(world, as_agent, call, outcome):
    said_so = {"phone_status": "disconnected"} if outcome == "disconnected_number" else {}
    as_agent.post(path(call), said(outcome=outcome, right_party="true", quality="5", callback="1h", **said_so))
    assert Rating.objects.get().callback is None
    assert not Callback.objects.exists()


def test_a_time_that_is_over_is_said_beside_it_and_nothing_typed_is_lost(world, as_agent, call):
    form = posted(**said(callback="at", callback_at="2020-01-01T10:00", callback_note="About the bill"))
    html = as_agent.post(path(call), form).content.decode()
    assert "That time is over: choose a later one." in html
    assert 'value="About the bill"' in html
    assert 'value="2020-01-01T10:00"' in html


def test_a_draft_keeps_what_was_chosen(world, as_agent, call):
    as_agent.post(path(call, "draft/"), said(callback="at", callback_at="2031-05-04T10:00", callback_owner="anyone"))
    assert Draft.objects.get().data["callback_at"] == "2031-05-04T10:00"
    html = as_agent.get(path(call, "wrap-up/")).content.decode()
    assert 'value="2031-05-04T10:00"' in html
    assert 'name="callback_owner" value="anyone" checked' in html


def test_a_correction_begins_with_what_stands_and_keeps_a_time_that_is_over_by_now(world, as_agent, call):
    at = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    rating = save(call, outcome="callback", callback={"at": at.isoformat(), "owner": "mine"})
    over = at - timedelta(days=30)
    Rating.objects.update(callback=rating.callback | {"at": over.isoformat()})
    html = as_agent.get(path(call, "wrap-up/?correct=1")).content.decode()
    shown = over.astimezone(ZoneInfo("America/New_York")).strftime("%Y-%m-%dT%H:%M")
    assert f'value="{shown}"' in html
    again = posted(outcome="callback", notes="Better", **said(callback="at", callback_at=shown))
    assert as_agent.post(path(call), again | {"based_on": "1"}).status_code == 302
    assert Callback.objects.get().promised_at == at


def test_no_answer_by_one_key_shows_the_next_try_and_undo_takes_it_back(world, as_agent):
    call = unanswered_call(world.agent, world.marta)
    as_agent.post(path(call), said(outcome="no_answer"))
    assert "2 of 3" in as_agent.get(path(call, "wrap-up/")).content.decode()
    as_agent.post(path(call, "rating/undo/"))
    assert not Callback.objects.waiting().exists()
    assert "Next try" not in as_agent.get(path(call, "wrap-up/")).content.decode()


def test_rest_takes_a_callback_and_gives_it_back(world, api, call):
    at = (timezone.now() + timedelta(days=1)).replace(microsecond=0)
    body = {"outcome": "callback", "right_party": True, "quality": 5}
    client, address = api(world.agent), f"/api/v1/calls/{call.pk}/rating/"
    answer = client.put(address, body | {"callback": {"at": at.isoformat(), "owner": "anyone"}}, format="json")
    assert answer.json()["callback"] == {"at": at.isoformat(), "owner": "anyone", "note": ""}
    row = Callback.objects.get()
    assert (row.promised_at, row.owner) == (at, None)


@pytest.mark.parametrize(
    "callback, sentence",
    [
        ({"at": "2020-01-01T10:00:00Z"}, "That time is over: choose a later one."),
        ({"at": "soon"}, None),
        ({"at": "2999-01-01T10:00:00Z", "when": 1}, "There is no such field."),
        ({"at": "2999-01-01T10:00:00Z"}, "That is more than a year ahead."),
    ],
)
def test_rest_says_what_is_wrong_with_one(world, api, call, callback, sentence):
    body = {"outcome": "callback", "right_party": True, "callback": callback}
    answer = api(world.agent).put(f"/api/v1/calls/{call.pk}/rating/", body, format="json")
    assert answer.status_code == 422
    assert answer.json()["param"].startswith("callback")
    assert sentence in (None, answer.json()["message"])
    assert not Rating.objects.exists()


def test_rest_refuses_to_call_back_who_must_not_be_called(world, api, call):
    at = (timezone.now() + timedelta(days=1)).isoformat()
    body = {"outcome": "do_not_call", "right_party": True, "callback": {"at": at}}
    answer = api(world.agent).put(f"/api/v1/calls/{call.pk}/rating/", body, format="json")
    assert (answer.status_code, answer.json()["message"]) == (422, "After “Do not call” nobody is called back.")
