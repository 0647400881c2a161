"""What was changed here and at FeedbackAPI: both values, who and when, and whose holds."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from customers.models import Conflict, Location
from integrations.models import Connection, Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def conflict(world):
    raw = {"id": "riv", "name": "Riverside"}
    Location.objects.filter(pk=world.riverside.pk).update(
        connection=Connection.objects.of("feedbackapi"), vendor_id="riv", vendor_raw=raw, name="Ours <b>"
    )
    world.riverside.refresh_from_db()
    return Conflict.objects.create(
        location=world.riverside,
        field="name",
        ours="Ours <b>",
        theirs="Theirs",
        base="Riverside",
        ours_by=world.admin,
        ours_at=timezone.now(),
    )


def text(response):
    return response.content.decode()


def test_both_values_stand_beside_each_other_on_the_page_and_on_the_rows_own(as_admin, conflict):
    for address in ("/conflicts/", f"/locations/{conflict.location_id}/"):
        page = text(as_admin.get(address))
        assert "Ours &lt;b&gt;" in page and "Theirs" in page and "Riverside" in page and "by Ana Admin" in page
    assert "Changed on both sides" in text(as_admin.get("/locations/"))


def test_ours_is_sent_over_theirs_which_it_expects(as_admin, conflict, world):
    as_admin.post(f"/conflicts/{conflict.pk}/", {"kept": "ours"})
    sent = Delivery.objects.get().payload
    assert sent["values"] == {"name": "Ours <b>"} and sent["expects"]["name"] == ["Riverside", "Theirs"]
    conflict.refresh_from_db()
    assert (conflict.kept, conflict.resolved_by) == ("ours", world.admin)
    assert AuditEntry.objects.get().deed == "kept our value over FeedbackAPI's"


def test_theirs_is_taken_and_nothing_is_sent(as_admin, conflict, world):
    as_admin.post(f"/conflicts/{conflict.pk}/", {"kept": "theirs"})
    world.riverside.refresh_from_db()
    assert world.riverside.name == "Theirs" and not Delivery.objects.exists()
    assert AuditEntry.objects.get().changes == {"name": ["Ours <b>", "Theirs"]}
    assert "settled already" in text(as_admin.post(f"/conflicts/{conflict.pk}/", {"kept": "ours"}, follow=True))
    assert "No conflicts" in text(as_admin.get("/conflicts/"))


def test_a_word_that_is_no_side_decides_nothing(as_admin, conflict):
    assert "Say whose value holds" in text(as_admin.post(f"/conflicts/{conflict.pk}/", {"kept": "both"}, follow=True))
    conflict.refresh_from_db()
    assert conflict.resolved_at is None


def test_a_later_edit_is_what_the_conflict_shows(as_admin, conflict, world):
    form = {"name": "Ours again", "time_zone": "UTC", "account": world.northwind.pk}
    as_admin.post(f"/locations/{world.riverside.pk}/edit/", form)
    conflict.refresh_from_db()
    assert conflict.ours == "Ours again" and conflict.resolved_at is None


def test_the_list_asks_as_often_for_many_as_for_one(as_admin, conflict, world, django_assert_num_queries):
    for number in range(5):
        Conflict.objects.create(customer=world.marta, field=f"field{number}", ours="a", theirs="b")
    with django_assert_num_queries(3):  # session, user, conflicts with their rows
        as_admin.get("/conflicts/")


def test_a_later_number_is_what_the_conflict_shows_too(as_agent, world):
    torn = Conflict.objects.create(
        customer=world.marta, field="mobile_number", ours="+12125550101", theirs="+12125550107", base="+12125550109"
    )
    form = {"name": "Marta Oliveira", "phone_text": "+1 212 555 0122", "location": world.riverside.pk, "language": "en"}
    assert as_agent.post(f"/customers/{world.marta.pk}/edit/", form).status_code == 302
    torn.refresh_from_db()
    assert (torn.ours, torn.ours_by) == ("+12125550122", world.agent)
