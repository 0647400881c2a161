"""POST /hooks/ccai/: HTTP Basic or nothing, several events a body, each stored once before it is answered."""

import base64
import json
from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from calls import session_events
from integrations import inbox, repeats
from integrations.fields import SecretUnreadable
from integrations.models import Connection, HookEvent
from integrations.views import hook_body
from tests.integrations.vendor_server import fixture

pytestmark = [pytest.mark.django_db, pytest.mark.both]
URL = "/hooks/ccai/"
USER, PASSWORD = "ccai", "the-password-of-hooks: with a colon"
PRINTED = fixture("ccai", "session_events__six_of_one_call")["body"]


@pytest.fixture(autouse=True)
def hook(settings, monkeypatch):
    set_credentials(settings, USER, PASSWORD)
    monkeypatch.setitem(inbox._appliers, "ccai", lambda event: None)


def set_credentials(settings, user, password):
    own = settings.VENDORS["ccai"] | {"hook_user": user, "hook_password": password}
    settings.VENDORS = settings.VENDORS | {"ccai": own}


def basic(user=USER, password=PASSWORD):
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def event(event_id="e-1", **item):
    return {"event_id": event_id, "timestamp": 1_795_687_800_000, "item": {"call_id": 515, "state": "connected"} | item}


def post(*events, raw=None, auth=None, **headers):
    body = json.dumps({"count": len(events), "events": list(events)}) if raw is None else raw
    headers = {"Authorization": basic() if auth is None else auth, **headers}
    headers = {name: value for name, value in headers.items() if value != ""}
    return Client(enforce_csrf_checks=True).post(URL, body, content_type="application/json", headers=headers)


def test_the_documented_events_of_a_call_are_stored_each_by_its_id():
    answer = post(raw=json.dumps(PRINTED))
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert [json.loads(event.body) for event in HookEvent.objects.order_by("pk")] == PRINTED["events"]
    assert {event.event_id for event in HookEvent.objects.all()} == {row["event_id"] for row in PRINTED["events"]}
    assert not any(event.headers for event in HookEvent.objects.all()), "no secret is kept"


def test_a_replay_and_an_event_in_two_bodies_change_nothing():
    assert [post(event("a"), event("b")).status_code for _ in range(2)] == [200, 200]
    post(event("b"), event("c"))
    post(event("a", state="disconnected"))  # the same id with other words: the first one counts
    assert sorted(HookEvent.objects.values_list("event_id", flat=True)) == ["a", "b", "c"]
    assert "disconnected" not in HookEvent.objects.get(event_id="a").body


@pytest.mark.parametrize(
    "auth",
    [
        "", "Basic", "Basic ", "Basic ====", "Basic é", "Bearer abc", basic("ccai", ""), basic("", PASSWORD),
        basic(USER, "wrong"), basic("wrong", PASSWORD), basic() + "x", "Basic " + "A" * 100_000,
        f"Basic {base64.b64encode(b'no colon').decode()}",
    ],
)  # fmt: skip
def test_a_forged_hook_is_refused_and_not_stored(auth):
    before = hook_body.REFUSED.labels("ccai")._value.get()
    answer = post(event(), auth=auth or "")
    assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Basic")
    assert not HookEvent.objects.exists()
    assert hook_body.REFUSED.labels("ccai")._value.get() == before + 1


def test_a_stranger_who_never_tires_does_not_fill_the_disk(caplog):
    repeats.forget()
    for _ in range(repeats.SAID + 5):
        assert post(event(), auth=basic(USER, "wrong")).status_code == 401
    assert sum("was refused" in record.getMessage() for record in caplog.records) == repeats.SAID


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "Basic"])
def test_the_scheme_is_read_in_any_case(scheme):
    assert post(event(), auth=basic().replace("Basic", scheme)).status_code == 200


@pytest.mark.parametrize(("user", "password"), [("", ""), ("ccai", ""), ("", "secret")])
def test_without_both_of_them_nobody_gets_in_also_not_with_nothing(settings, user, password):
    set_credentials(settings, user, password)
    for shown in (basic(user, password), ""):
        assert post(event(), auth=shown or "").status_code == 403
    assert not HookEvent.objects.exists()


def test_a_secret_that_cannot_be_opened_lets_nobody_in(monkeypatch):
    def locked(row):
        raise SecretUnreadable

    monkeypatch.setattr(Connection, "values", property(locked))
    assert post(event()).status_code == 403


def test_a_body_of_ten_megabytes_is_refused_unread():
    assert post(event(note="x" * 10_000_000)).status_code == 413
    assert not HookEvent.objects.exists()


def test_a_body_of_many_small_events_is_kept_as_one_with_its_reason(monkeypatch):
    monkeypatch.setitem(inbox._appliers, "ccai", session_events.apply)
    assert post(*({} for _ in range(1001))).status_code == 200
    kept = HookEvent.objects.get()
    assert kept.state == "set_aside" and "More than 1000" in kept.reason


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\xfe\x00", b"{", b"null", b"[]", b'"x"', b'{"events": 7}', b'{"events": {"a": 1}}', b"[" * 50_000,
     b'{"events": [NaN, 1e999, "\\ud800"]}', b'{"events": [' + b"9" * 5000 + b"]}"],
)  # fmt: skip
def test_what_is_no_list_of_events_is_kept_and_answered(raw):
    assert post(raw=raw).status_code == 200
    assert HookEvent.objects.exists()
    before = HookEvent.objects.count()
    post(raw=raw)
    assert HookEvent.objects.count() == before, "told twice, kept once"


def test_events_without_an_id_are_told_apart_by_what_they_say():
    nameless = {key: value for key, value in event().items() if key != "event_id"}
    post(nameless, nameless, {**nameless, "timestamp": 1}, {"event_id": "x" * 300}, "odd")
    assert HookEvent.objects.count() == 4


def test_a_get_is_no_way_in():
    assert Client().get(URL, headers={"Authorization": basic()}).status_code == 405


def test_a_database_that_is_down_is_said_so_that_ccai_may_try_again(monkeypatch):
    def down(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(inbox, "receive", down)
    assert post(event()).status_code == 503


def test_an_event_that_cannot_be_applied_is_still_kept(monkeypatch):
    def broken(event):
        raise KeyError("bug")

    monkeypatch.setitem(inbox._appliers, "ccai", broken)
    assert post(event()).status_code == 200
    assert HookEvent.objects.get().state == "received"


def test_much_that_waits_for_its_call_does_not_hold_up_what_was_never_tried(monkeypatch):
    for n in range(3):
        HookEvent.objects.create(vendor="ccai", event_id=str(n), state="unmatched")
    HookEvent.objects.create(vendor="ccai", event_id="new", state="received")
    seen = []
    monkeypatch.setitem(inbox._appliers, "ccai", lambda event: seen.append(event.event_id))
    inbox.apply_waiting(limit=2)
    assert seen == ["new", "0"]


def test_the_connections_page_says_where_they_go_and_when_they_are_refused(as_admin, settings):
    page = reverse("integrations:connection", args=[Connection.objects.of("ccai").pk])
    shown = as_admin.get(page).content.decode()
    assert f"{settings.PUBLIC_URL}/hooks/ccai/" in shown and "are refused" not in shown and PASSWORD not in shown
    set_credentials(settings, USER, "")
    assert "session events are refused" in as_admin.get(page).content.decode()


def test_the_example_holds_all_the_documented_steps():
    at = [datetime.fromtimestamp(row["timestamp"] / 1000, UTC) for row in PRINTED["events"]]
    assert at == sorted(at) and PRINTED["count"] == 6
