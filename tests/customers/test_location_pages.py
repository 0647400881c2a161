"""Locations: the list with its filters, one form for a new one, its page, and the ways to end one."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from customers.models import Location, ReviewProfile
from integrations.models import Connection, Delivery
from tests.world import make_location

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Lakeside",
    "address_line_1": "Rua Augusta 1",
    "postal_code": "1100-148",
    "country_code": "PT",
    "time_zone": "Europe/Lisbon",
}


def text(response):
    return response.content.decode()


def there(location, **raw):
    raw = {"id": f"loc{location.pk}", "name": location.name, **raw}
    values = {"vendor_id": raw["id"], "vendor_raw": raw, "connection": Connection.objects.of("feedbackapi")}
    Location.objects.filter(pk=location.pk).update(**values)
    location.refresh_from_db()
    return location


def test_one_form_makes_a_location_with_members_and_review_profiles(as_admin, world):
    profiles = "https://reviews.example.test/a\nhttps://reviews.example.test/b\n\nhttps://reviews.example.test/a"
    more = {"account": world.northwind.pk, "members": [world.agent.pk], "profiles": profiles}
    response = as_admin.post("/locations/new/", NEW | more)
    location = Location.objects.get(name="Lakeside")
    assert response["Location"] == f"/locations/{location.pk}/"
    assert list(location.members.all()) == [world.agent] and location.changed_by == world.admin
    values = Delivery.objects.get(kind="feedbackapi.location_create").payload["values"]
    assert values["review_profile"] == ["https://reviews.example.test/a", "https://reviews.example.test/b"]
    assert (values["country_code"], values["postal_code"]) == ("PT", "1100-148")
    page = text(as_admin.get(response["Location"]))
    assert "Not sent yet" in page and "can neither list nor remove" in page and "Portugal (PT)" in page
    assert 'rel="noopener noreferrer nofollow"' in page
    assert 'hx-trigger="every 1s" hx-select="#standing-card"' in page, "what is on its way shows up by itself"
    Delivery.objects.update(state="parked")
    assert "#standing-card" not in text(as_admin.get(response["Location"]))


def test_a_new_location_begins_with_the_clock_of_the_one_who_adds_it(as_admin, world):
    world.admin.time_zone = "America/Denver"
    world.admin.save()
    assert '<option value="America/Denver" selected>' in text(as_admin.get("/locations/new/"))
    location = there(world.riverside)
    assert '<option value="America/New_York" selected>' in text(as_admin.get(f"/locations/{location.pk}/edit/"))


@pytest.mark.parametrize("code", ["SW1A 1AA", "〒100-0001", "K1A 0B1", "9490-000 / Apto 7", ""])
def test_a_postal_code_may_come_from_anywhere(as_admin, code):
    assert as_admin.post("/locations/new/", NEW | {"postal_code": code}).status_code == 302
    assert Location.objects.get(name="Lakeside").postal_code == code


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "x" * 5000, "At most 200 characters; this has 5000."),
        ("name", "   ", "Fill this in."),
        ("country_code", "UK", "“UK” is no country: write its two letters"),
        ("country_code", "", "Choose one."),
        ("time_zone", "Mars/Olympus", "There is no such time zone"),
        ("account", "999999", "that is on the list"),
        ("profiles", "javascript:alert(1)", "is no web address"),
        ("profiles", "https://ok.example.test\nftp://no.example.test", "“ftp://no.example.test” is no web address"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(as_admin, field, value, sentence):
    response = as_admin.post("/locations/new/", NEW | {field: value})
    assert response.status_code == 422 and sentence in text(response)
    assert "Rua Augusta 1" in text(response) and not Location.objects.filter(postal_code="1100-148").exists()


def test_a_country_in_small_letters_is_one_and_what_the_vendor_wrote_stays(as_admin, world):
    as_admin.post("/locations/new/", NEW | {"country_code": "pt"})
    location = Location.objects.get(name="Lakeside")
    assert location.country_code == "PT"
    Location.objects.filter(pk=location.pk).update(country_code="UK")
    as_admin.post(f"/locations/{location.pk}/edit/", NEW | {"country_code": "UK", "name": "Lake House"})
    location.refresh_from_db()
    assert (location.name, location.country_code) == ("Lake House", "UK")


def test_right_to_left_text_emoji_and_html_are_shown_as_they_are(as_admin, world):
    name = "مطعم <b onmouseover=alert(1)> 🦷"
    page = text(as_admin.post("/locations/new/", NEW | {"name": name}, follow=True))
    assert "مطعم &lt;b onmouseover=alert(1)&gt; 🦷" in page and "<b onmouseover" not in page


def test_the_list_is_filtered_by_account_state_and_place(as_admin, world):
    there(world.riverside)
    Location.objects.filter(pk=world.harbor.pk).update(is_active=False)
    make_location("Nobody’s", postal_code="1100")
    Location.objects.filter(name="Nobody’s").update(account=None)
    listed = lambda query: text(as_admin.get(f"/locations/?{query}", headers={"hx-request": "true"}))  # noqa: E731
    assert "Riverside" in listed(f"account={world.northwind.pk}") and "Oak Street" not in listed(
        f"account={world.northwind.pk}"
    )
    assert "Harbor" in listed("active=no") and "Riverside" not in listed("active=no")
    assert "Riverside" in listed("at=there") and "Harbor" not in listed("at=there")
    assert "Not set" in listed("q=1100") and "No location fits" in listed("q=nothing")
    assert "Riverside" in listed("account=melted&at=nowhere")  # what makes no sense is left out


@pytest.mark.both
@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_asks_as_often_for_twenty_as_for_one(world, as_admin, rows, django_assert_num_queries):
    for number in range(rows):
        there(make_location(f"Branch {number:02}", world.northwind))
    # session, user · accounts to choose from, locations, what waits, conflicts
    with django_assert_num_queries(6):
        as_admin.get("/locations/")


def test_a_location_without_an_account_has_all_its_pages(as_admin, world):
    Location.objects.filter(pk=world.riverside.pk).update(account=None)
    pages = ["/locations/", f"/locations/{world.riverside.pk}/", f"/locations/{world.riverside.pk}/edit/"]
    pages += ["/customers/", f"/customers/{world.marta.pk}/edit/", f"/desk/customers/{world.marta.pk}/"]
    assert [as_admin.get(page).status_code for page in pages] == [200] * len(pages)


def test_an_edit_sends_only_what_differs_and_writes_down_what_changed(as_admin, world):
    location = there(world.riverside, country_code="US")
    Location.objects.filter(pk=location.pk).update(country_code="US")
    form = {"name": "Riverside Dental", "country_code": "US", "time_zone": "America/New_York"}
    form |= {"account": world.northwind.pk, "members": [world.agent.pk, world.colleague.pk]}
    as_admin.post(f"/locations/{location.pk}/edit/", form)
    sent = Delivery.objects.get().payload
    assert sent["values"] == {"name": "Riverside Dental"} and sent["expects"] == {"name": ["Riverside"]}
    changes = AuditEntry.objects.get(deed="changed a location").changes
    assert changes["name"] == ["Riverside", "Riverside Dental"] and "Sam Supervisor" in changes["members"][0]


def test_deactivating_is_ours_alone_and_deleting_names_what_stops(as_admin, world):
    location = there(world.riverside)
    url = f"/locations/{location.pk}/"
    assert "campaigns and requests go on" in text(as_admin.get(f"{url}active/"))
    as_admin.post(f"{url}active/")
    location.refresh_from_db()
    assert not location.is_active and not Delivery.objects.exists()
    assert "will cease working" in text(as_admin.get(f"{url}delete/"))
    as_admin.post(f"{url}delete/")
    assert Delivery.objects.get().kind == "feedbackapi.location_delete"
    again = text(as_admin.post(f"{url}delete/", follow=True))
    assert "on its way already" in again and Delivery.objects.count() == 1


def test_a_review_profile_comes_off_our_list_only(as_admin, world):
    profile = ReviewProfile.objects.create(
        location=world.riverside, url="https://a.example.test/", told_at=timezone.now()
    )
    url = f"/review-profiles/{profile.pk}/forget/"
    assert "cannot drop it" in text(as_admin.get(url))
    as_admin.post(url)
    assert not ReviewProfile.objects.exists() and not Delivery.objects.exists()
