"""POST /hooks/telesign/: TeleSign's or refused, small or refused, stored before it is answered with a command."""

import base64
import json

import pytest
from django.db import OperationalError
from django.test import Client

from integrations import inbox
from integrations.models import Connection, HookEvent
from integrations.telesign import commands, webhook

pytestmark = [pytest.mark.django_db, pytest.mark.both]
URL = "/hooks/telesign/"
KEY = base64.b64encode(b"the key of the account").decode()
SECRET = "a-long-random-part-of-the-address"
EVENT = {"event": "dial_completed", "reference_id": "A1" * 16, "data": {"to": "12125550150", "status": "answered"}}
HANGUP = {"jsonrpc": "2.0", "method": "hangup", "params": {}}


@pytest.fixture(autouse=True)
def signed_by_a_key(settings, monkeypatch):
    use(settings, hook_key=KEY, hook_secret="")
    monkeypatch.setitem(inbox._appliers, "telesign", lambda event: None)
    monkeypatch.setattr(commands, "_deciders", [])


@pytest.fixture
def in_the_address(settings):
    use(settings, hook_key="", hook_secret=SECRET)


def use(settings, **values):
    settings.VENDORS = {**settings.VENDORS, "telesign": {**settings.VENDORS["telesign"], **values}}


def post(body=EVENT, header="Authorization", prefix="TSA CUSTOMER-1:", key=KEY, signed=None, path=URL):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = webhook.signature(signed if signed is not None else raw, key)
    headers = {header: prefix + signature.decode()} if signature else {}
    return Client(enforce_csrf_checks=True).post(path, raw, content_type="application/json", headers=headers)


@pytest.mark.parametrize("header", webhook.SIGNATURE_HEADERS)
@pytest.mark.parametrize("prefix", ["TSA CUSTOMER-1:", ""])
def test_a_signed_event_is_stored_and_answered_with_a_command(header, prefix):
    answer = post(header=header, prefix=prefix)
    assert (answer.status_code, answer.json()) == (200, HANGUP)
    assert answer["Content-Type"] == "application/json"
    event = HookEvent.objects.get()
    assert json.loads(event.body) == EVENT and event.headers == {}


def test_whoever_decides_gets_the_stored_event():
    commands.on(lambda event: commands.speak(event.event_id[:6], "en-US"))
    assert post().json()["params"]["tts"]["message"] == "a1a1a1"


def test_a_repeat_is_stored_once_and_answered_the_same():
    commands.on(lambda event: commands.speak(str(event.pk), "en-US"))
    assert len({post().content for _ in range(3)}) == 1 and HookEvent.objects.count() == 1


def test_the_same_event_with_another_body_is_another_one():
    post()
    post({**EVENT, "data": {"status": "busy"}})
    assert HookEvent.objects.count() == 2


@pytest.mark.parametrize(
    "how",
    [
        {"key": base64.b64encode(b"somebody else's").decode()},
        {"signed": b"another body"},
        {"prefix": "TSA CUSTOMER-1:AAAA"},
        {"header": "X-Signature"},
        {"prefix": "Basic ", "signed": b""},
        {"prefix": "\u00e9"},
        {"path": f"{URL}{SECRET}/", "key": base64.b64encode(b"x").decode()},
    ],
)
def test_a_forged_event_is_refused_and_not_stored(how):
    assert post(**how).status_code == 403 and not HookEvent.objects.exists()


def test_where_a_key_is_set_the_secret_address_opens_nothing(settings):
    use(settings, hook_secret=SECRET)
    assert Client().post(f"{URL}{SECRET}/", EVENT, content_type="application/json").status_code == 403


def test_without_a_key_the_address_is_the_secret(in_the_address):
    answer = Client().post(f"{URL}{SECRET}/", EVENT, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, HANGUP)


@pytest.mark.parametrize("path", [URL, f"{URL}wrong/", f"{URL}%C3%A9/", f"{URL}{SECRET}x/"])
def test_without_a_key_every_other_address_is_refused(in_the_address, path):
    assert Client().post(path, EVENT, content_type="application/json").status_code == 403
    assert not HookEvent.objects.exists()


@pytest.mark.parametrize("path", [URL, f"{URL}anything/"])
def test_with_neither_key_nor_secret_nothing_passes(settings, path):
    use(settings, hook_key="", hook_secret="")
    assert post(path=path, key="").status_code == 403


@pytest.mark.parametrize("key", ["not base64!", "====", "é"])
def test_a_key_that_cannot_be_read_lets_nothing_pass(settings, key):
    use(settings, hook_key=key, hook_secret="")
    assert Client().post(URL, EVENT, content_type="application/json").status_code == 403


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"[]", b'{"event": 1}', b"{" * 60_000, b'{"event": "x", "a": NaN}'])
def test_signed_rubbish_is_kept_and_told_to_hang_up(raw):
    answer = post(raw)
    assert (answer.status_code, answer.json()) == (200, HANGUP) and HookEvent.objects.count() == 1


def test_ten_megabytes_are_refused_unread():
    assert post({**EVENT, "pad": "x" * 10_000_000}).status_code == 413 and not HookEvent.objects.exists()


def test_only_a_post_is_an_event():
    assert Client().get(URL).status_code == 405


def test_an_event_that_could_not_be_stored_is_said_so(monkeypatch):
    def down(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(Connection.objects, "of", down)
    assert post().status_code == 503


def test_a_fault_of_ours_hangs_up_instead_of_leaving_somebody_on_the_line():
    commands.on(lambda event: 1 / 0)
    assert (post().status_code, post().json()) == (200, HANGUP)


def test_an_event_that_cannot_be_applied_is_kept_and_answered(monkeypatch):
    monkeypatch.setitem(inbox._appliers, "telesign", lambda event: 1 / 0)
    assert post().status_code == 200 and HookEvent.objects.get().state == "received"


def test_the_secret_of_the_address_stands_in_no_log(in_the_address):
    from config.logs import mask

    assert SECRET not in mask(f'POST {URL}{SECRET}/ "200"')
