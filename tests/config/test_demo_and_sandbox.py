"""The demo world and FeedbackAPI's sandbox say the same, from the first reading on."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from calls.models import Call
from config.demo import vendor_side
from customers.models import Conflict, VendorUser
from integrations.models import Delivery, SyncRun
from tests.world import make_customer


@pytest.mark.django_db(transaction=True)
def test_a_second_load_changes_nothing_and_the_first_reading_of_the_filled_sandbox_finds_nothing_new(sandbox):
    call_command("load_demo")
    before = _everything()
    call_command("load_demo")
    sandbox.feedbackapi.fill(accounts=1, locations=1, customers=3)  # of another world
    vendor_side.fill(sandbox.url)
    vendor_side.fill(sandbox.url)
    begun = SyncRun.objects.count()
    call_command("sync", "all", "--full")
    runs = list(SyncRun.objects.order_by("pk")[begun:])
    assert {run.resource for run in runs} >= {"accounts", "customers", "reviews", "feedback", "feedback-requests"}
    assert [(run.state, run.unchanged - run.fetched, run.gone) for run in runs] == [("complete", 0, 0)] * len(runs)
    assert _everything() == before
    (pending,) = sandbox.feedbackapi.pending()
    assert VendorUser.objects.get(vendor_id=None).invite["url"] == pending["invite_url"]
    assert Call.objects.latest("created_at").created_at > timezone.now() - timedelta(hours=5)


def _everything():
    kept = (Call, Delivery, User, Conflict, *vendor_side.MODELS.values())
    return {model.__name__: list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in kept}


@pytest.mark.django_db
def test_a_database_with_people_of_its_own_is_left_alone():
    make_customer()
    with pytest.raises(CommandError, match="empty one only"):
        call_command("load_demo")
    assert not User.objects.filter(email="admin@demo.test").exists()
