"""Every plan against the sandbox over a real socket: all there, all tied, nothing written twice, the gone marked."""

import pytest

from customers.models import ClientAccount, Customer, Location, VendorUser
from feedback.models import Feedback, FeedbackRequest, Review
from integrations import sync
from integrations.choices import SyncState
from integrations.sync import work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
MODELS = {
    "accounts": ClientAccount, "locations": Location, "users": VendorUser, "customers": Customer,
    "feedback-requests": FeedbackRequest, "feedback": Feedback, "reviews": Review,
}  # fmt: skip
RESOURCES = {"feedback-requests": "feedback-request"}


@pytest.fixture
def vendor(sandbox):
    numbers = {"accounts": 3, "users": 3, "locations": 8, "customers": 130}
    sandbox.feedbackapi.fill(**numbers, reviews=40, feedback=20, feedback_request=40)
    return sandbox.feedbackapi


def read(*names, **how):
    """Runs of these plans, all in order when none is named; each complete and without a bad record."""
    runs = [work.go(plan, **how) for plan in sync.plans() if plan.name in (names or (*MODELS, "opt-outs"))]
    assert {(run.state, run.reason, run.failed) for run in runs} == {(SyncState.COMPLETE, "", 0)}
    return runs


def there(vendor, plan):
    return {row["id"]: row for row in vendor.rows(RESOURCES.get(plan, plan))}


def here(plan):
    return dict(MODELS[plan].objects.filter(gone_at=None).values_list("vendor_id", "vendor_raw"))


def test_all_lists_are_here_as_they_are_there_and_tied_to_one_another(vendor):
    read()
    for plan in MODELS:
        assert here(plan) == there(vendor, plan), plan
    assert not Review.objects.filter(location=None).exists()
    for one in Customer.objects.prefetch_related("other_locations").select_related("location"):
        places = {one.location, *one.other_locations.all()} - {None}
        assert {place.vendor_id for place in places} == set(one.vendor_raw["locations"])
        assert (one.opted_out_at is not None) == one.vendor_raw["opt_out"]
    known = set(Customer.objects.values_list("vendor_id", flat=True))
    assert not Feedback.objects.filter(customer=None, vendor_customer__in=known).exists()
    answered = FeedbackRequest.objects.exclude(vendor_feedback="")
    assert answered and all(one.feedback.vendor_id == one.vendor_feedback for one in answered)
    again = read(full=True)
    assert {(run.created, run.updated, run.gone) for run in again} == {(0, 0, 0)}


def test_an_opt_out_is_seen_without_reading_the_whole_list(vendor):
    read("customers")
    before = set(Customer.objects.exclude(opted_out_at=None).values_list("vendor_id", flat=True))
    vendor.change(edit={"customers": 60})
    now = {one for one, row in there(vendor, "customers").items() if row["opt_out"]}
    (run,) = read("opt-outs")
    after = set(Customer.objects.exclude(opted_out_at=None).values_list("vendor_id", flat=True))
    assert now <= after and after - now <= before and run.is_full and run.gone == 0


def test_what_is_deleted_there_is_marked_here_and_what_changed_is_taken(vendor):
    read()
    unlinked = Location.objects.create(name="Only ours")
    vendor.change(delete={"customers": 2, "locations": 1}, edit={"customers": 5}, insert={"customers": 3})
    runs = {run.resource: run for run in read(full=True)}
    assert (runs["customers"].gone, runs["locations"].gone, runs["customers"].created) == (2, 1, 3)
    assert here("customers") == there(vendor, "customers")
    assert [one.is_active for one in Location.objects.exclude(gone_at=None)] == [False]
    unlinked.refresh_from_db()
    assert unlinked.is_active and unlinked.gone_at is None
    assert Customer.objects.count() == 133, "who is gone is kept"
