"""The connection's page: how TeleSign reaches us, what it is told to do, and what is wrong said beside its field."""

import pytest

from integrations.models import Connection
from tests.integrations.telesign.test_hook import KEY, use

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(db):
    return Connection.objects.get_or_create(vendor="telesign")[0]


@pytest.fixture
def page(row):
    return f"/connections/{row.pk}/"


def form(settings, **fields):
    values = settings.VENDORS["telesign"]
    told = {"base_url": values["base_url"], "customer_id": values["customer_id"], "time_zone": "UTC", "is_on": "on"}
    return told | {"on_answer": "speak", "on_incoming": "speak", "language": "en-US"} | fields


def test_the_page_says_where_events_are_to_be_sent(as_admin, page, settings):
    settings.PUBLIC_URL = "https://aftercall.example"
    use(settings, hook_key=KEY, hook_secret="")
    shown = as_admin.get(page).content.decode()
    assert "https://aftercall.example/hooks/telesign/</code>" in shown and "are refused" not in shown
    use(settings, hook_key="", hook_secret="not-to-be-shown")
    shown = as_admin.get(page).content.decode()
    assert "/hooks/telesign/(the secret)/" in shown and "not-to-be-shown" not in shown


def test_the_page_says_that_events_are_refused_without_key_and_secret(as_admin, page, settings):
    use(settings, hook_key="", hook_secret="")
    assert "events are refused" in as_admin.get(page).content.decode()


def test_what_is_chosen_is_kept(as_admin, page, row, settings):
    chosen = {"on_answer": "connect", "keypad": "on", "keypad_sentence": "How?", "incoming_number": "(212) 555-0152"}
    assert as_admin.post(page, form(settings, **chosen)).status_code == 302
    row.refresh_from_db()
    assert row.options["incoming_number"] == "+12125550152" and row.options["keypad"] is True
    assert (row.options["on_answer"], row.options["keypad_sentence"]) == ("connect", "How?")
    assert row.options["answer_sentence"] == ""


@pytest.mark.parametrize(
    ("field", "value", "piece"),
    [
        ("incoming_number", "reception", "has no letters"),
        ("incoming_number", "911", "Emergency"),
        ("on_answer", "fly", "on the list"),
        ("answer_sentence", "x" * 501, "500"),
        ("hook_key", "no base64!", "not Base64"),
        ("hook_secret", "two/parts", "part of an address"),
        ("hook_secret", "a word", "part of an address"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    as_admin, page, row, settings, field, value, piece
):
    answer = as_admin.post(page, form(settings, keypad_sentence="My question?", **{field: value}))
    assert answer.status_code == 422
    assert piece in " ".join(answer.context["form"].errors[field])
    assert "My question?" in answer.content.decode()
    row.refresh_from_db()
    assert row.options == row.saved_secrets == {}


def test_a_key_and_a_secret_that_can_be_used_are_kept(as_admin, page, row, settings):
    assert as_admin.post(page, form(settings, hook_key=KEY, hook_secret="_aB-9.x~")).status_code == 302
    row.refresh_from_db()
    assert (row.values["hook_key"], row.values["hook_secret"]) == (KEY, "_aB-9.x~")


def test_the_experimental_choice_says_what_may_happen(as_admin, page):
    shown = as_admin.get(page).content.decode()
    assert "(experimental)" in shown and "unsupported_call_state" in shown
