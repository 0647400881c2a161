"""deliver_due and check_vendors, as typed in a shell; and the system check that every kind is heard."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from integrations import checks, outbox
from integrations.models import Connection
from tests.integrations.fake_vendor import KIND

pytestmark = pytest.mark.django_db(transaction=True)


def said(*command, **options):
    out = io.StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def wish(key):
    with transaction.atomic():
        outbox.send(KIND, key, {})


def test_deliver_due_works_without_a_cluster(vendor):
    wish("call/1"), wish("call/2")
    assert said("deliver_due", "--until-empty") == "2 deliveries tried.\n"
    assert said("deliver_due") == "0 deliveries tried.\n"
    assert len(vendor.ledger) == 2


def test_check_vendors_says_how_each_went(sandbox):
    words = said("check_vendors")
    assert [line.split(":")[0] for line in words.splitlines()] == [
        "CCAI",
        "FeedbackAPI",
        "Plivo",
        "TeleSign",
        "Trestle",
    ]


def test_check_vendors_ends_with_the_names_of_those_that_fail(sandbox, settings):
    settings.VENDORS = {**settings.VENDORS, "plivo": {**settings.VENDORS["plivo"], "auth_token": "wrong"}}
    with pytest.raises(CommandError) as caught:
        said("check_vendors")
    assert (str(caught.value), caught.value.returncode) == ("Not working: Plivo.", 1)
    assert Connection.objects.of("plivo").last_error


def test_a_kind_nobody_listens_to_fails_the_system_check(vendor):
    assert [check.id for check in checks.every_kind_has_a_listener(None)] == ["integrations.E001"]
    outbox.on(KIND)
    assert checks.every_kind_has_a_listener(None) == []
