"""Who changed this: the audit of one object for admins, as a page and as a part of another page."""

import pytest
from django.urls import reverse

from accounts import audit

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HX-Request": "true"}


def history(client, thing=None, headers=None, **more):
    of = {"type": thing._meta.label_lower, "id": thing.pk} if thing else {}
    return client.get(reverse("accounts:history"), of | more, headers=headers or {}).content.decode()


def test_it_says_who_changed_what_from_what_to_what_and_why(as_admin, world):
    changes = {"name": ["River side", "<b>Riverside</b>"], "is_active": [True, False], "members": [[], ["Ada", "Cleo"]]}
    audit.record(world.admin, "changed a location", world.riverside, changes, reason="Asked to by phone")
    audit.record(None, "changed a location", world.harbor, {"name": ["Port", "Harbor"]})
    page = history(as_admin, world.riverside)
    assert "Changed a location" in page and "Ana Admin" in page and "Asked to by phone" in page
    assert "is active: yes → no" in page and "members: – → Ada, Cleo" in page
    assert "name: River side → &lt;b&gt;Riverside&lt;/b&gt;" in page
    assert "Harbor" not in page
    assert "by the machine" in history(as_admin, world.harbor)


def test_asked_for_by_a_page_it_is_the_list_alone(as_admin, world):
    audit.record(world.admin, "changed a location", world.riverside)
    part = history(as_admin, world.riverside, HTMX)
    assert "Changed a location" in part and "<main" not in part


def test_without_an_object_it_is_everything_each_with_a_way_to_its_own(as_admin, world):
    audit.record(world.admin, "changed a location", world.riverside)
    page = history(as_admin)
    assert f"/history/?type=customers.location&amp;id={world.riverside.pk}" in page


def test_of_what_nobody_changed_it_says_so_whatever_the_address_holds(as_admin, world):
    for more in ({}, {"type": "a\0b", "id": "x"}, {"type": "customers.location", "id": "9" * 40}, {"before": "9" * 40}):
        assert "Nobody has changed anything here" in history(as_admin, world.oskar, **more)


def test_older_entries_stand_on_the_next_page_and_many_cost_what_one_does(as_admin, world, django_assert_num_queries):
    for number in range(51):
        audit.record(world.admin, f"deed {number}", world.riverside)
        if number in (0, 50):
            with django_assert_num_queries(3):  # session, user, entries
                page = history(as_admin, world.riverside)
    assert "Deed 50<" in page and "Deed 0<" not in page
    first = page[page.index('rel="next" href="') + 17 :].split('"')[0].replace("&amp;", "&")
    older = as_admin.get(first).content.decode()
    assert "Deed 0<" in older and "Deed 50<" not in older
