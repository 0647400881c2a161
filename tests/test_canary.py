"""Canaries through the whole product: secrets, numbers, addresses and markup go in; then everything that comes out
is searched: pages, API answers, logs, the queue, the audit, every column of the database."""

import base64
import io
import logging
import re
from contextlib import suppress
from functools import cache
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse
from django_q.models import OrmQ

from accounts.models import ApiToken, AuditEntry
from calls.models import Call
from customers.models import Customer
from feedback.models import Feedback, FeedbackRequest, Review
from integrations.models import Attempt, Connection, HookEvent
from integrations.plivo import webhook
from integrations.plivo.addresses import public_url
from tests.doors import ROLES, Rows, addresses, body, is_api
from tests.doors import table as doors
from tests.feedback.rated import posted
from tests.world import fiction

SECRETS = {
    "ccai": {"token": "canary-secret-of-ccai-7711", "hook_password": "canary-secret-of-hooks-7715"},
    "plivo": {"auth_token": "canary-secret-of-plivo-7712"},
    "trestle": {"api_key": "canary-secret-of-trestle-7713"},
    "telesign": {"api_key": "canary-secret-of-telesign-7715", "hook_secret": "canary-secret-of-telesign-7716"},
}
TYPED_SECRET = "canary-secret-typed-by-the-admin-7714"
BIRD = "kanarienvogel"  # in whatever belongs to Riverside: nobody of another location may read it
MARKUP = f"{BIRD}<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"
LINK = "javascript:alert('canary')"
NUMBER, MAIL = fiction(30), f"{BIRD}@example.test"
RAW = ("<script>alert('x')", "<img src=x onerror", 'href="javascript:', "href='javascript:", 'src="javascript:')


@pytest.fixture
def log():
    """What our own handler would have written, as it would have written it."""
    (ours,) = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    written = io.StringIO()
    mine = logging.StreamHandler(written)
    mine.setFormatter(ours.formatter)
    logging.getLogger().addHandler(mine)
    yield written
    logging.getLogger().removeHandler(mine)


@pytest.fixture
def secrets(settings):
    settings.ALLOW_HTTP_IN_TRANSACTION = True  # the whole story is undone by the test's transaction
    settings.VENDORS = {vendor: {**values, **SECRETS.get(vendor, {})} for vendor, values in settings.VENDORS.items()}
    settings.VENDORS["ccai"]["hook_user"] = "ccai"


@pytest.fixture
def story(log, secrets, world, sandbox):
    """Rows with all canaries in them, and the clients of every role."""
    rows = Rows(world)
    world.riverside.name, world.agent.name = MARKUP, MARKUP.replace(BIRD, "")  # supervisors see everybody's name
    world.riverside.save()
    world.agent.ccai_email = "agent@demo.test"
    world.agent.save()
    clients = rows.clients()
    agent, admin = clients["agent"][0], clients["admin"][0]
    rows.token_secret = new_token(agent)
    customer = new_customer(agent, world)
    refused_call(agent, customer, sandbox)
    rated_call(agent, rows, sandbox)
    look_up(agent, world, sandbox)
    hook(agent)
    session_events(agent, rows)
    failed_sign_in(clients["nobody"][0])
    said_by_strangers(rows)
    with suppress(CommandError):  # one of them is refused, which is part of the story
        call_command("deliver_due", "--until-empty", stdout=io.StringIO())
    save_connection(admin)  # last: its address is a real one, and nothing is sent after it
    return rows, clients


def new_token(client):
    page = client.post(reverse("accounts:token_new"), {"name": MARKUP, "scope": "write", "lifetime": "90"})
    assert page.status_code < 300, page.content.decode()
    (secret,) = set(re.findall(r"ac_[\w-]{40,}", page.content.decode()))
    return secret


def new_customer(client, world):
    form = {"name": MARKUP, "phone_text": NUMBER, "email": MAIL, "location": world.riverside.pk, "language": "en"}
    assert client.post(reverse("customers:new"), {**form, "out_contact_id": LINK}).status_code == 302
    return Customer.objects.get(email=MAIL)


def refused_call(client, customer, sandbox):
    sandbox.answer("ccai", status=400, body={"message": f"{MARKUP} {NUMBER} {MAIL}"})
    answer = client.post(reverse("calls:dial"), {"customer": customer.pk, "lang": "en"})
    assert answer.status_code == 302
    assert BIRD in Call.objects.get(customer=customer).vendor_words


def rated_call(client, rows, sandbox):
    sandbox.answer("plivo-stats", status=404, body={"error": f"{MARKUP} {NUMBER}"})
    form = posted(quality="3", issues=["ECHO"], notes=f"{MARKUP} {LINK} {NUMBER} {MAIL}", issues_shown="1")
    client.post(reverse("feedback:draft", args=[rows.unrated.pk]), form)
    assert client.post(reverse("feedback:rating", args=[rows.rated.pk]), form).status_code == 302
    rows.rated.refresh_from_db()
    assert BIRD in rows.rated.rating.notes


def said_by_strangers(rows):
    """A review and an answer, as a sync would leave them, with canaries in every text."""
    texts = {"title": MARKUP, "description": f"{MARKUP} {LINK}", "platform": MARKUP, "platform_name": MARKUP}
    links = {"reviewer_name": MARKUP, "url": LINK, "reviewer_url": LINK, "handled_how": MARKUP}
    Review.objects.filter(pk=rows.review.pk).update(**texts, **links)
    said = {"comments": f"{MARKUP} {LINK}", "platform_name": MARKUP, "campaign": MARKUP, "campaign_step": MARKUP}
    whose = {"subscriber_name": MARKUP, "subscriber_email": MAIL, "type": MARKUP[:40], "handled_how": MARKUP}
    Feedback.objects.filter(pk=rows.answer.pk).update(nps_score=0, **said, **whose)
    rows.case.events.update(text=f"{MARKUP} {LINK} {NUMBER} {MAIL}")
    FeedbackRequest.objects.filter(pk=rows.request.pk).update(bounced=True, bounce_reason=MARKUP, full_url=LINK)


def look_up(client, world, sandbox):
    sandbox.answer("trestle", status=400, body={"error": {"message": f"{MARKUP} {NUMBER}"}})
    client.post(reverse("customers:look_up", args=[world.marta.phone.pk]))


def hook(client):
    fields = {"CallUUID": MARKUP, "CallStatus": MARKUP, "From": NUMBER.lstrip("+"), "To": MAIL}
    url, nonce = public_url("/hooks/plivo/"), "nonce-of-canary"
    signed = {name: [value] for name, value in fields.items()}
    signature = webhook.signature("POST", url, signed, nonce, SECRETS["plivo"]["auth_token"]).decode()
    headers = {"X-Plivo-Signature-V3": signature, webhook.NONCE_HEADER: nonce}
    answer = client.post(
        "/hooks/plivo/", urlencode(fields), content_type="application/x-www-form-urlencoded", headers=headers
    )
    assert answer.status_code == 200 and HookEvent.objects.filter(event_id=nonce).exists()
    forged = client.post("/hooks/plivo/", urlencode(fields), content_type="application/x-www-form-urlencoded")
    assert forged.status_code == 403


def session_events(client, rows):
    """What CCAI pushes: the agent's wrap-up there, and something about no call, which a person reads in the inbox."""
    Call.objects.filter(pk=rows.rated.pk).update(vendor_id="7715")
    said = {"code": MARKUP, "note": f"{LINK} {NUMBER} {MAIL}"}
    about = [{"call_id": 7715, "dispositions": said}, {"chat_id": MARKUP, "dn": NUMBER}]
    told = [{"event_id": f"{MARKUP} {n}", "item": item} for n, item in enumerate(about)]
    shown = base64.b64encode(f"ccai:{SECRETS['ccai']['hook_password']}".encode()).decode()
    for authorization, status in ((f"Basic {shown}", 200), (f"Basic {shown[:-4]}", 401)):
        answer = client.post(
            "/hooks/ccai/",
            {"count": 2, "events": told},
            content_type="application/json",
            headers={"Authorization": authorization},
        )
        assert answer.status_code == status
    assert BIRD in rows.rated.events.get(word="disposition").text


def failed_sign_in(client):
    client.post(reverse("account_login"), {"login": MAIL, "password": TYPED_SECRET})
    client.get("/api/v1/users/", headers={"Authorization": f"Bearer {TYPED_SECRET}"})


def save_connection(client):
    row = Connection.objects.of("trestle")
    form = {"base_url": "https://api.trestleiq.com", "api_key": TYPED_SECRET, "caller_ids": "", "time_zone": "UTC"}
    client.post(reverse("integrations:connection", args=[row.pk]), {**form, "is_on": "on"})
    assert Connection.objects.of("trestle").values["api_key"] == TYPED_SECRET


def all_secrets(rows):
    ours = [value for values in SECRETS.values() for value in values.values()]
    return [*ours, TYPED_SECRET, rows.token_secret, rows.secret]


@cache
def table():
    """{(name, method): {role: what it gets}}."""
    return {door: dict(zip(ROLES, told, strict=True)) for door, told in doors().items()}


def texts(rows, clients, role):
    """(address, text) of every page and API answer that a role gets, whole and as a fragment.

    What a role gets stands in doors.txt and is held there. The operator is an admin who opens Django's own pages too.
    Refusals are read as the two get them who may see nothing of Riverside.
    """
    browser, program = clients[role]
    for name, route in addresses():
        told = "200" if role == "operator" else table().get((name, "GET"), {}).get(role, "")
        is_inside = route.startswith("admin/")
        if name == "account_logout" or is_inside != (role == "operator") or told == "405":
            continue
        is_open = told in ("200", "go")  # a fragment leads whoever asks for a page to the page it belongs to
        if not is_open and role not in ("elsewhere", "stranger"):
            continue
        client, path = (program if is_api(name) else browser), rows.path(name, route)
        for headers in ({}, {"HX-Request": "true"})[: 2 if is_open and not is_api(name) else 1]:
            yield f"{path} as {role}", body(client.get(path, headers=headers)).decode("utf-8", "replace")


def test_what_was_put_in_comes_out_only_where_it_may(story, log):
    rows, clients = story
    wrong, seen = [], 0
    for role in ("agent", "supervisor", "admin", "operator", "elsewhere", "stranger"):
        for address, text in texts(rows, clients, role):
            seen += BIRD in text
            wrong += [f"{address} shows a secret" for secret in all_secrets(rows) if secret in text]
            wrong += [f"{address} is not escaped: {raw}" for raw in RAW if raw in text and not is_data(address)]
            if role in ("elsewhere", "stranger"):
                wrong += [f"{address} shows {word} of elsewhere" for word in (BIRD, NUMBER, "555-0130") if word in text]
    assert seen > 10  # the canaries are there to be found
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert_quiet(log.getvalue(), rows)


def is_data(address):
    """JSON and files: no browser reads their text as a page."""
    return any(part in address for part in ("/api/", "/export/", "/csv/", "/json/"))


def assert_quiet(written, rows):
    """The log holds the story, and in it no secret, no whole number and no whole address."""
    assert "canary" not in written.lower() and len(written.splitlines()) > 5
    for word in (*all_secrets(rows), MAIL, "marta@example.test", NUMBER, NUMBER.lstrip("+"), fiction(1)[1:]):
        lines = [line for line in written.splitlines() if word in line]
        assert not lines, f"{word} stands in the log: {lines[0][:400]}"


def test_secrets_stand_in_no_plain_column_no_task_and_no_audit(story):
    rows, _ = story
    secrets = all_secrets(rows)
    found = [
        f"{model._meta.label}.{field.attname}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        for value in model.objects.values_list(raw_column(field), flat=True)
        if any(secret in str(value) for secret in secrets)
    ]
    assert not found
    tasks = [str(task.task()) for task in OrmQ.objects.all()]
    assert not [task for task in tasks for word in (*secrets, NUMBER, MAIL, BIRD) if word in task]
    entries = [f"{entry.deed} {entry.changes} {entry.reason}" for entry in AuditEntry.objects.all()]
    assert entries and not [entry for entry in entries for secret in secrets if secret in entry]
    assert ApiToken.objects.exists() and Attempt.objects.exists()


def raw_column(field):
    """The column as the database keeps it, past the field that opens it."""
    from django.db.models import TextField
    from django.db.models.functions import Cast

    return Cast(field.attname, TextField())
