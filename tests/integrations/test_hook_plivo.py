"""POST /hooks/plivo/: signed by Plivo or refused, small or refused, stored before it is answered."""

from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.test import Client

from integrations import inbox
from integrations.models import Connection, HookEvent
from integrations.plivo import addresses, webhook

pytestmark = [pytest.mark.django_db, pytest.mark.both]
URL = "/hooks/plivo/"
TOKEN = "the-token-of-the-account"
FIELDS = {
    "CallUUID": "9f2ae3a8-3b0a-11ee-8c99-0242ac120002",
    "CallStatus": "completed",
    "From": "12125550100",
    "To": "12125550101",
}


@pytest.fixture(autouse=True)
def plivo(settings, monkeypatch):
    settings.PUBLIC_URL = "https://aftercall.example"
    settings.VENDORS = {**settings.VENDORS, "plivo": {**settings.VENDORS["plivo"], "auth_token": TOKEN}}
    monkeypatch.setitem(inbox._appliers, "plivo", lambda event: None)


def post(fields=FIELDS, nonce="n-1", token=TOKEN, signed=None, path=URL, **headers):
    url = addresses.public_url(path)
    signature = webhook.signature("POST", url, signed or {k: [v] for k, v in fields.items()}, nonce, token).decode()
    headers = {"X-Plivo-Signature-V3": signature, webhook.NONCE_HEADER: nonce} | headers
    client = Client(enforce_csrf_checks=True)
    return client.post(path, urlencode(fields), content_type="application/x-www-form-urlencoded", headers=headers)


def test_a_signed_hook_is_stored_and_answered_without_signing_in():
    answer = post()
    assert (answer.status_code, answer.content) == (200, b"ok")
    event = HookEvent.objects.get()
    assert (event.vendor, event.event_id) == ("plivo", "n-1")
    assert inbox.fields(event)["CallUUID"] == [FIELDS["CallUUID"]]
    assert TOKEN not in str(event.headers)


def test_a_replayed_hook_is_answered_and_changes_nothing():
    assert [post().status_code for _ in range(3)] == [200] * 3
    assert HookEvent.objects.count() == 1


def test_a_field_moved_over_its_edge_under_a_known_nonce_changes_nothing():
    post()
    recut = {**FIELDS, "CallStatus": ""} | {"CallStatuscompleted": ""}
    recut.pop("CallStatus")
    post(recut, signed={k: [v] for k, v in FIELDS.items()})
    assert HookEvent.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Plivo-Signature-V3": ""},
        {"X-Plivo-Signature-V3": "AAAA"},
        {"X-Plivo-Signature-V3": ",,,"},
        {"X-Plivo-Signature-V3": "\u00e9"},
        {webhook.NONCE_HEADER: ""},
        {webhook.NONCE_HEADER: "another"},
    ],
)
def test_a_forged_hook_is_refused_and_not_stored(headers):
    assert post(**headers).status_code == 403
    assert not HookEvent.objects.exists()


def test_another_key_is_refused():
    assert post(token="somebody-elses").status_code == 403


def test_without_a_token_every_hook_is_refused_even_one_signed_with_nothing(settings):
    settings.VENDORS["plivo"]["auth_token"] = ""
    assert post(token="").status_code == 403


def test_the_host_header_decides_nothing(settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert post(**{"Host": "evil.example", "X-Forwarded-Host": "evil.example"}).status_code == 200


def test_a_body_over_64_kilobytes_is_refused_unread():
    assert post({**FIELDS, "Pad": "x" * 65536}).status_code == 413
    assert not HookEvent.objects.exists()


def test_a_signed_get_is_taken_and_an_unsigned_one_is_not():
    path = f"{URL}?{urlencode(FIELDS)}"
    assert Client().get(path).status_code == 403
    signature = webhook.signature("GET", addresses.public_url(path), {}, "n-2", TOKEN).decode()
    headers = {"X-Plivo-Signature-V3": signature, webhook.NONCE_HEADER: "n-2"}
    assert Client().get(path, headers=headers).status_code == 200
    assert inbox.fields(HookEvent.objects.get())["To"] == ["12125550101"]


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"%00=%ED%A0%80", b'{"a": NaN}', b"&" * 2000, b"=&=" * 1200])
def test_rubbish_is_refused_without_an_error(body):
    answer = Client().post(URL, body, content_type="application/json")
    assert answer.status_code == 403


def test_a_database_that_is_down_is_said_so_that_plivo_may_try_again(monkeypatch):
    def down(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(Connection.objects, "of", down)
    assert post().status_code == 503


def test_an_event_that_cannot_be_applied_is_still_kept(monkeypatch):
    def broken(event):
        raise KeyError("bug")

    monkeypatch.setitem(inbox._appliers, "plivo", broken)
    assert post().status_code == 200
    assert HookEvent.objects.get().state == "received"
