"""`kill -9` while the real lists are read, by the plans and the command of production: the second run ends it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from customers.models import Customer, Location
from feedback.models import Review
from integrations.choices import SyncState
from integrations.models import SyncRun
from tests.integrations.meetings import at_once
from tests.servers import Process

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = str(Path(__file__).with_name("killed_plan.py"))


@pytest.fixture
def vendor(sandbox):
    sandbox.feedbackapi.fill(locations=6, customers=330, reviews=330)
    return sandbox.feedbackapi


def kept(model):
    return dict(model.objects.filter(gone_at=None, vendor_id__isnull=False).values_list("vendor_id", "vendor_raw"))


def shown(vendor, resource):
    return {row["id"]: row for row in vendor.rows(resource)}


def read(*arguments):
    call_command("sync", *arguments, stdout=StringIO())


@pytest.mark.both
@pytest.mark.parametrize(("point", "times"), [("asking", 3), ("writing", 2)])
def test_the_second_run_equals_the_source_whatever_was_done_to_it_meanwhile(vendor, tmp_path, point, times):
    read("locations")
    vendor.change(insert={"customers": 1}, edit={"customers": 1}, delete={"customers": 1}, every=1, times=6)
    worker = Process([SCRIPT, "customers", point, str(times)], tmp_path / "worker.log")
    assert worker.process.wait(60) == -9, worker.words()
    killed = SyncRun.objects.get(resource="customers")
    assert killed.is_live and killed.created == Customer.objects.count(), "rows, counts and cursor are one commit"
    read("customers")
    killed.refresh_from_db()
    assert killed.state == SyncState.COMPLETE, "it was gone on with, and at once: its process is known to be dead"
    for _ in range(2):  # what changed after its page was read is found by a full pass
        read("customers", "--full")
    assert kept(Customer) == shown(vendor, "customers")
    assert kept(Location) == shown(vendor, "locations")


def test_two_that_start_it_at_once_do_not_double_it(vendor):
    done = at_once(lambda: read("reviews"), lambda: read("reviews"))
    assert done == [None, None]
    assert sum(run.created for run in SyncRun.objects.all()) == 330 == Review.objects.count()
    assert kept(Review) == shown(vendor, "reviews")
