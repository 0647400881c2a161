"""What a vendor tells us is stored once, then applied; nothing is lost and nothing is done twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations import inbox, repeats
from integrations.choices import HookState
from integrations.models import HookEvent
from tests.integrations.meetings import at_once, meeting_before

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def told(monkeypatch):
    """What the app on the right was given; `told.does` is what it then does."""

    class Told(list):
        does = staticmethod(lambda event: None)

    heard = Told()

    def apply(event):
        heard.append(event.event_id)
        return heard.does(event)

    monkeypatch.setitem(inbox._appliers, "plivo", apply)
    return heard


def receive(event_id="n-1", body="CallUUID=u"):
    return inbox.receive("plivo", event_id, {"Method": "POST"}, body)


def age(event, **ago):
    HookEvent.objects.filter(pk=event.pk).update(received_at=timezone.now() - timedelta(**ago))


def fresh(event):
    return HookEvent.objects.get(pk=event.pk)


def test_an_event_is_stored_and_applied(told):
    event, created = receive()
    assert (created, event.state, event.body, told) == (True, HookState.APPLIED, "CallUUID=u", ["n-1"])
    assert event.applied_at


def test_a_repeat_changes_nothing(told):
    first, _ = receive()
    for _ in range(5):
        again, created = receive(body="CallUUID=somebody-elses")
        assert (again.pk, created, again.body) == (first.pk, False, "CallUUID=u")
    assert told == ["n-1"]


def test_a_repeat_of_what_could_not_be_applied_is_left_to_the_sweep(told):
    def broken(event):
        raise KeyError("bug")

    told.does = broken
    receive()
    _, created = receive()
    assert not created and told == ["n-1"]


def test_what_was_applied_is_not_applied_again(told):
    event, _ = receive()
    inbox.apply(event.pk)
    assert told == ["n-1"]


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_the_same_event_at_once_apply_it_once(told, monkeypatch):
    """A worker's sweep and the vendor's own repeat may meet."""
    event = HookEvent.objects.create(vendor="plivo", event_id="n-1")
    meeting_before(monkeypatch, inbox, "_applied")
    at_once(lambda: inbox.apply(event.pk), lambda: inbox.apply(event.pk))
    assert told == ["n-1"]
    assert fresh(event).state == HookState.APPLIED


def test_an_event_without_its_call_is_tried_again_for_an_hour(told):
    told.does = lambda event: HookState.UNMATCHED
    event, _ = receive()
    assert event.state == HookState.UNMATCHED
    told.does = lambda event: None
    inbox.apply_waiting()
    assert fresh(event).state == HookState.APPLIED


def test_an_event_without_its_call_is_left_to_people_after_an_hour(told):
    told.does = lambda event: HookState.UNMATCHED
    event, _ = receive()
    age(event, minutes=61)
    assert inbox.apply_waiting() == 0


def test_what_cannot_be_used_is_set_aside_with_the_reason(told):
    def useless(event):
        HookEvent.objects.create(vendor="plivo", event_id="half a deed")
        raise inbox.SetAside("No CallUUID in it.")

    told.does = useless
    event, _ = receive()
    assert (event.state, event.reason) == (HookState.SET_ASIDE, "No CallUUID in it.")
    assert not HookEvent.objects.filter(event_id="half a deed").exists()
    inbox.apply_waiting()
    assert told == ["n-1"]


def test_a_failing_apply_leaves_the_event_for_the_sweep_and_no_half_deed(told, caplog):
    def broken(event):
        HookEvent.objects.create(vendor="plivo", event_id="half a deed")
        raise KeyError("bug")

    told.does = broken
    event, _ = receive()
    assert event.state == HookState.RECEIVED
    assert not HookEvent.objects.filter(event_id="half a deed").exists()
    assert any(record.exc_info for record in caplog.records)
    told.does = lambda event: None
    assert inbox.apply_waiting() == 1
    assert fresh(event).state == HookState.APPLIED


def test_one_bad_event_does_not_stop_the_others(told):
    def picky(event):
        if event.event_id == "n-1":
            raise KeyError("bug")

    told.does = picky
    HookEvent.objects.bulk_create(HookEvent(vendor="plivo", event_id=f"n-{n}") for n in range(1, 4))
    inbox.apply_waiting()
    assert HookEvent.objects.filter(state=HookState.APPLIED).count() == 2


def test_what_failed_for_a_day_is_set_aside(told):
    def broken(event):
        raise KeyError("bug")

    told.does = broken
    event, _ = receive()
    age(event, hours=25)
    inbox.apply_waiting()
    assert fresh(event).state == HookState.SET_ASIDE
    assert "KeyError" in fresh(event).reason


def test_what_no_database_can_hold_is_cleaned_once_at_the_edge(told):
    event, _ = inbox.receive("plivo", "n-\x001", {"Method": "PO\x00ST"}, "a=\x00\ud800b")
    assert (event.event_id, event.headers, event.body) == ("n-1", {"Method": "POST"}, "a=b")


def test_fields_of_a_body_are_ready_to_be_stored(told):
    event, _ = receive(body="a=1&a=2&b=x%00y&c=")
    assert inbox.fields(event) == {"a": ["1", "2"], "b": ["xy"], "c": [""]}


def test_an_event_of_a_vendor_nobody_listens_to_says_so():
    event, _ = inbox.receive("trestle", "t-1", {}, "")
    assert event.state == HookState.SET_ASIDE


def test_many_that_fail_alike_do_not_fill_the_disk(told, caplog):
    def broken(event):
        raise KeyError("bug")

    told.does = broken
    repeats.forget()
    for n in range(repeats.SAID + 5):
        receive(f"n-{n}")
    assert HookEvent.objects.filter(state=HookState.RECEIVED).count() == repeats.SAID + 5
    assert sum("could not be applied" in record.getMessage() for record in caplog.records) == repeats.SAID
