"""The admin's pages of connections: what they show, what they refuse, and that secrets never come back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEntry
from integrations import checks, connections, selectors
from integrations.choices import Origin, Vendor
from integrations.models import Connection, Delivery, HookEvent
from tests.world import make_user

pytestmark = pytest.mark.django_db
LIST = "/connections/"
SECRET = "a-key-that-nobody-may-read"


@pytest.fixture
def trestle():
    return Connection.objects.of(Vendor.TRESTLE)


@pytest.fixture
def saved(trestle):
    values = {"base_url": "https://api.trestleiq.com"}
    row = connections.save(trestle, None, settings=values, secrets={"api_key": SECRET})
    assert row.origin == Origin.SAVED
    return row


def page(row):
    return f"{LIST}{row.pk}/"


def form(**changes):
    address = "https://api.trestleiq.com"
    fields = {"base_url": address, "api_key": "", "caller_ids": "", "time_zone": "UTC", "is_on": "on"}
    return {**fields, **changes}


def test_migrating_makes_one_connection_a_vendor_and_only_the_known_ones_are_on(settings):
    rows = {row.vendor: row.is_on for row in Connection.objects.all()}
    assert rows == {vendor: vendor in settings.VENDORS for vendor in Vendor.values}


@pytest.mark.parametrize("path", [LIST, "/hook-events/"])
def test_the_pages_are_for_admins(path, as_agent, as_supervisor, as_admin, client):
    assert client.get(path).status_code == 302
    assert [who.get(path).status_code for who in (as_agent, as_supervisor, as_admin)] == [403, 403, 200]


def test_every_deed_is_for_admins(trestle, as_supervisor, client):
    for path in (page(trestle), f"{page(trestle)}check/", f"{page(trestle)}environment/"):
        assert as_supervisor.post(path, form()).status_code == 403
        assert client.post(path, form()).status_code == 302
    assert as_supervisor.get(page(trestle)).status_code == 403


def test_the_list_says_how_each_connection_is(as_admin, trestle):
    Connection.objects.filter(pk=trestle.pk).update(
        paused_at=timezone.now(), paused_why="Trestle does not accept the key.", last_error="Trestle said no.",
        last_error_at=timezone.now(), last_ok_at=timezone.now() - timedelta(days=2),
    )  # fmt: skip
    for n, state in enumerate(["pending", "pending", "parked", "delivered"]):
        Delivery.objects.create(kind="k", key=str(n), connection=trestle, state=state)
    html = as_admin.get(LIST).content.decode()
    for words in ("Trestle does not accept the key.", "Trestle said no.", "2\xa0days ago", "From the environment"):
        assert words in html
    row = next(row for row in selectors.connection_rows() if row == trestle)
    assert (row.waiting, row.parked, row.in_trouble) == (2, 1, True)


def test_the_list_asks_as_often_for_one_delivery_as_for_twenty(as_admin, trestle, django_assert_num_queries):
    Delivery.objects.bulk_create(Delivery(kind="k", key=str(n), connection=trestle) for n in range(20))
    with django_assert_num_queries(3):  # session, user, connections
        as_admin.get(LIST)


def test_a_connection_says_its_values_but_no_secret(as_admin, saved):
    html = as_admin.get(page(saved)).content.decode()
    assert "https://api.trestleiq.com" in html
    assert 'placeholder="stored, not shown"' in html
    assert SECRET not in html
    assert SECRET not in as_admin.get(LIST).content.decode()


def test_saving_a_secret_audits_it_without_its_value_and_ends_a_pause(as_admin, saved, world):
    connections.pause(saved, "Bad key.")
    answer = as_admin.post(page(saved), form(api_key="a-newer-key"))
    assert answer.status_code == 302
    saved.refresh_from_db()
    assert (saved.values["api_key"], saved.paused_at, saved.paused_why) == ("a-newer-key", None, "")
    entry = AuditEntry.objects.filter(actor=world.admin).get()
    assert entry.changes == {"api_key": ["•••", "changed"]}
    assert not AuditEntry.objects.filter(changes__icontains="newer").exists()


def test_an_empty_secret_keeps_the_stored_one(as_admin, saved):
    fields = form()
    fields.pop("is_on")
    as_admin.post(page(saved), fields)
    saved.refresh_from_db()
    assert (saved.is_on, saved.values["api_key"]) == (False, SECRET)


def test_a_new_host_asks_for_the_secret_again(as_admin, saved):
    answer = as_admin.post(page(saved), form(base_url="https://elsewhere.example"))
    assert answer.status_code == 422
    assert "The address is new, so enter this again." in answer.content.decode()
    assert "https://elsewhere.example" in answer.content.decode(), "what was typed is kept"
    saved.refresh_from_db()
    assert saved.values["base_url"] == "https://api.trestleiq.com"
    assert as_admin.post(page(saved), form(base_url="https://elsewhere.example", api_key="k2")).status_code == 302


@pytest.mark.parametrize(
    "address",
    ["http://api.trestleiq.com", "https://127.0.0.1/", "https://169.254.169.254", "https://[::1]", "https://10.0.0.5",
     "https://localhost", "https://user:pass@api.trestleiq.com", "ftp://x.example", "nonsense", ""],
)  # fmt: skip
def test_an_address_typed_here_must_be_https_and_public(as_admin, saved, address):
    assert as_admin.post(page(saved), form(base_url=address, api_key="k2")).status_code == 422
    saved.refresh_from_db()
    assert saved.values["base_url"] == "https://api.trestleiq.com"


@pytest.fixture
def ccai():
    return Connection.objects.of(Vendor.CCAI)


def own(row, **changes):
    """The form of a connection whose values are the environment's."""
    values = {name: row.values[name] for name in connections.setting_names(row)}
    return {**values, "caller_ids": "", "time_zone": "UTC", "is_on": "on", **changes}


def test_the_environments_own_address_stays_usable_while_only_other_things_change(as_admin, ccai):
    assert ccai.values["base_url"].startswith("http://127.0.0.1")
    assert as_admin.post(page(ccai), own(ccai, caller_ids="+1 212 555 0123")).status_code == 302
    ccai.refresh_from_db()
    assert (ccai.origin, ccai.caller_ids) == (Origin.ENVIRONMENT, ["+12125550123"])


def test_caller_ids_are_one_number_a_line(as_admin, ccai):
    as_admin.post(page(ccai), own(ccai, caller_ids="(212) 555-0123\n\n+442079460000\n+12125550123\n"))
    ccai.refresh_from_db()
    assert ccai.caller_ids == ["+12125550123", "+442079460000"]
    answer = as_admin.post(page(ccai), own(ccai, caller_ids="+12125550123\nreception"))
    assert answer.status_code == 422
    assert "“reception”: A phone number has no letters" in answer.content.decode()


@pytest.mark.parametrize("vendor", ["trestle", "feedbackapi"])
def test_caller_ids_and_a_zone_are_asked_for_where_calls_are_placed_only(as_admin, ccai, vendor):
    html = as_admin.get(page(ccai)).content.decode()
    assert "Caller ids" in html and "Time zone of" in html
    row = Connection.objects.of(vendor)
    html = as_admin.get(page(row)).content.decode()
    assert "Caller ids" not in html and "Time zone of" not in html
    assert as_admin.post(page(row), own(row, caller_ids="+12125550123")).status_code == 302
    row.refresh_from_db()
    assert row.caller_ids == []


def test_switching_a_connection_off_is_saved_and_audited(as_admin, trestle, world):
    fields = form(base_url=trestle.values["base_url"])
    fields.pop("is_on")
    as_admin.post(page(trestle), fields)
    trestle.refresh_from_db()
    assert not trestle.is_on
    assert AuditEntry.objects.get().changes == {"is_on": [True, False]}


def test_saving_nothing_new_changes_and_audits_nothing(as_admin, trestle):
    as_admin.post(page(trestle), form(base_url=trestle.values["base_url"]))
    trestle.refresh_from_db()
    assert trestle.origin == Origin.ENVIRONMENT
    assert not AuditEntry.objects.exists()


def test_a_variable_that_differs_is_named_and_can_be_taken_over(as_admin, saved):
    assert "TRESTLE_BASE_URL" in as_admin.get(LIST).content.decode()
    assert "TRESTLE_API_KEY" in as_admin.get(page(saved)).content.decode()
    assert sorted(check.msg.split()[0] for check in checks.connections_are_sound(None, databases=["default"])) == [
        "TRESTLE_API_KEY",
        "TRESTLE_BASE_URL",
    ]
    assert as_admin.post(f"{page(saved)}environment/").status_code == 302
    saved.refresh_from_db()
    assert (saved.origin, saved.saved_secrets) == (Origin.ENVIRONMENT, {})
    assert checks.connections_are_sound(None, databases=["default"]) == []


def test_a_secret_that_cannot_be_opened_is_said_on_page_and_by_the_system_check(as_admin, saved, settings):
    settings.FIELD_ENCRYPTION_KEYS = ["ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A="]
    assert "cannot be opened" in as_admin.get(page(saved)).content.decode()
    assert as_admin.get(LIST).status_code == 200
    found = checks.connections_are_sound(None, databases=["default"])
    assert [check.id for check in found] == ["integrations.E002"]


def test_saving_without_a_change_seals_the_secret_with_the_newest_key(as_admin, saved, settings):
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], "ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A="
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert as_admin.post(page(saved), form()).status_code == 302
    settings.FIELD_ENCRYPTION_KEYS = [new]  # the old key is dropped, as config/env.example says
    assert Connection.objects.get(pk=saved.pk).values["api_key"] == SECRET


def test_plivos_page_says_that_hooks_are_refused_without_a_token(as_admin, settings):
    plivo = Connection.objects.of(Vendor.PLIVO)
    assert "every callback" not in as_admin.get(page(plivo)).content.decode()
    settings.VENDORS = {**settings.VENDORS, "plivo": {**settings.VENDORS["plivo"], "auth_token": ""}}
    assert "every callback" in as_admin.get(page(plivo)).content.decode()


@pytest.mark.parametrize("vendor", Vendor.values)
def test_every_vendor_has_its_page(as_admin, vendor):
    row = Connection.objects.of(vendor)
    answer = as_admin.get(page(row))
    assert answer.status_code == 200 and str(row) in answer.content.decode()


def test_events_set_aside_are_shown_with_their_reason_and_body(as_admin, django_assert_num_queries):
    for n in range(20):
        HookEvent.objects.create(
            vendor="plivo", event_id=f"n-{n}", state="set_aside", reason="No CallUUID in it.", body="<b>From=x</b>"
        )
    HookEvent.objects.create(vendor="plivo", event_id="fine", state="applied", body="fine-body")
    with django_assert_num_queries(3):  # session, user, events
        html = as_admin.get("/hook-events/").content.decode()
    assert html.count("No CallUUID in it.") == 20
    assert "&lt;b&gt;From=x" in html and "fine-body" not in html


def test_a_success_is_written_at_most_every_ten_seconds(trestle):
    def ok_at():
        connections.note_ok(trestle)
        trestle.refresh_from_db()
        return trestle.last_ok_at

    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = ok_at()
        assert first == timezone.now()
        clock.shift(9)
        assert ok_at() == first
        clock.shift(1)
        assert ok_at() == timezone.now() != first


def test_a_success_ends_a_trouble_at_once_and_costs_nothing_else(trestle, django_assert_num_queries):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        connections.note_ok(trestle)
        clock.shift(1)
        connections.note_error(trestle, "No answer in time.")
        trestle.refresh_from_db()
        assert trestle.in_trouble
        clock.shift(1)
        connections.note_ok(trestle)
        trestle.refresh_from_db()
        assert not trestle.in_trouble and trestle.last_error == "No answer in time."
        with django_assert_num_queries(0):
            connections.note_ok(trestle)


def test_a_connections_own_page_says_that_it_is_in_trouble(as_admin, trestle):
    assert "In trouble" not in as_admin.get(page(trestle)).content.decode()
    connections.note_error(trestle, "No answer in time.")
    assert "In trouble" in as_admin.get(page(trestle)).content.decode()


# --- the test button, over a real socket


@pytest.fixture
def tester(transactional_db):
    from tests.conftest import signed_in

    return signed_in(make_user("ana@example.test", "admin", name="Ana"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("vendor", ["ccai", "plivo", "trestle", "feedbackapi"])
def test_a_good_test_says_so_and_ends_a_pause(tester, sandbox, vendor):
    row = Connection.objects.of(vendor)
    connections.pause(row, "Bad key.")
    html = tester.post(f"{page(row)}check/", follow=True).content.decode()
    row.refresh_from_db()
    assert (row.paused_at, bool(row.last_ok_at)) == (None, True), html


@pytest.mark.django_db(transaction=True)
def test_a_bad_test_says_why_and_leaves_the_pause(tester, sandbox, settings):
    settings.VENDORS = {**settings.VENDORS, "trestle": {**settings.VENDORS["trestle"], "api_key": "wrong"}}
    row = Connection.objects.of("trestle")
    connections.pause(row, "Bad key.")
    html = tester.post(f"{page(row)}check/", follow=True).content.decode()
    row.refresh_from_db()
    assert row.paused_at and row.last_error
    assert row.last_error.replace("'", "&#x27;") in html


@pytest.mark.django_db(transaction=True)
def test_a_new_secret_is_taken_beside_the_environments_own_address(tester, sandbox, settings):
    row, theirs = Connection.objects.of("trestle"), settings.VENDORS["trestle"]
    connections.pause(row, "Bad key.")
    typed = form(base_url=theirs["base_url"], api_key=theirs["api_key"])
    assert theirs["base_url"].startswith("http://127.0.0.1") and tester.post(page(row), typed).status_code == 302
    row.refresh_from_db()
    assert (row.origin, row.paused_at) == (Origin.SAVED, None)
    assert connections.check(row).ok, "the operator's word is used as given, also beside a secret of ours"
    settings.VENDORS = {**settings.VENDORS, "trestle": {**theirs, "base_url": "https://api.trestleiq.com"}}
    assert not connections.check(row).ok, "once the environment says otherwise it is an address typed here"
