"""What a person says about themselves, and light or dark."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts import timezones
from accounts.models import ApiToken, AuditEntry

pytestmark = pytest.mark.both  # text edges and unique rows are the database's

GOOD = {
    "name": "Ada Agent",
    "time_zone": "America/Chicago",
    "ccai_email": "ada@ccai.example.test",
    "default_caller_id": "(212) 555-0100",
    "theme": "dark",
    "shortcuts_on": "on",
}


def save(client, **changes):
    return client.post(reverse("accounts:profile"), GOOD | changes)


def test_the_profile_is_saved_and_the_caller_id_kept_as_e164(as_agent, world):
    assert save(as_agent)["Location"] == reverse("accounts:profile")
    world.agent.refresh_from_db()
    assert world.agent.time_zone == "America/Chicago"
    assert world.agent.default_caller_id == "+12125550100"
    assert world.agent.theme == "dark"


def test_a_switched_off_shortcut_stays_off_on_every_page(as_agent, world):
    save(as_agent, shortcuts_on="")
    world.agent.refresh_from_db()
    assert not world.agent.shortcuts_on
    assert 'data-shortcuts="off"' in as_agent.get(reverse("accounts:profile")).content.decode()


def test_what_changed_is_written_down_and_only_that(as_agent, world):
    save(as_agent)
    entry = AuditEntry.objects.get(deed="changed profile")
    assert entry.actor == world.agent
    assert set(entry.changes) == {"time_zone", "default_caller_id", "theme"}
    save(as_agent)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "a" * 151),
        ("name", "a\0b"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("ccai_email", "no address"),
        ("default_caller_id", "911"),
        ("default_caller_id", "call me"),
        ("default_caller_id", "+1 212 555 0100 ext. 7"),
        ("default_caller_id", "+999 1234567"),
        ("default_caller_id", "2" * 41),
        ("theme", "purple"),
    ],
)
def test_bad_input_gets_a_sentence_next_to_its_field_and_loses_nothing_typed(as_agent, world, field, value):
    response = save(as_agent, **{field: value})
    assert response.status_code == 422
    form = response.context["form"]
    assert form.errors[field]
    assert set(form.errors) == {field}
    html = response.content.decode()
    assert f'id="id_{field}_error"' in html
    kept = "default_caller_id" if field != "default_caller_id" else "name"
    assert f'value="{GOOD[kept]}"' in html
    world.agent.refresh_from_db()
    assert world.agent.time_zone == "UTC"


def test_a_name_that_did_not_pass_is_not_the_name_in_the_header(as_agent):
    html = save(as_agent, name="Somebody Else", theme="purple").content.decode()
    assert "<b>Ada Agent</b>" in html


def test_html_in_a_name_stays_text(as_agent):
    save(as_agent, name="<script>alert(1)</script>")
    html = as_agent.get(reverse("accounts:profile")).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_person_cannot_give_themselves_a_role_or_all_locations(as_agent, world):
    save(as_agent, role="admin", sees_all_locations="on", is_staff="on", email="boss@example.test")
    world.agent.refresh_from_db()
    assert (world.agent.role, world.agent.sees_all_locations, world.agent.is_staff) == ("agent", False, False)
    assert world.agent.email == "agent@example.test"


def test_people_find_their_time_zone_by_city_and_todays_offset():
    groups = dict(timezones.choices())
    assert groups["Often used"][0][1].startswith("Eastern, New York (UTC−0")
    assert ("Asia/Kolkata", "Kolkata (UTC+05:30)") in groups["Asia"]
    assert any(label.startswith("Buenos Aires, Argentina") for _, label in groups["America"])


def test_a_zone_under_an_old_name_is_not_lost(as_agent, world):
    world.agent.time_zone = "US/Eastern"
    world.agent.save()
    assert save(as_agent, time_zone="US/Eastern").status_code == 302


def test_times_are_shown_in_the_readers_zone(as_agent, world):
    save(as_agent, time_zone="Asia/Kolkata")
    used = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    ApiToken.objects.issue(world.agent, "export")
    ApiToken.objects.update(last_used_at=used)
    assert "21 Nov 2026, 01:30" in as_agent.get(reverse("accounts:tokens")).content.decode()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_toggle_sets_cookie_and_profile_and_goes_back(as_agent, world, theme):
    back = reverse("accounts:tokens")
    response = as_agent.post(reverse("accounts:theme"), {"theme": theme, "next": back})
    assert response["Location"] == back
    assert response.cookies["theme"].value == theme
    assert f'data-theme="{theme}"' in as_agent.get(back).content.decode()
    world.agent.refresh_from_db()
    assert world.agent.theme == theme


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test", "javascript:alert(1)", "", "/\\evil.test"])
def test_the_toggle_never_leads_to_another_site(as_agent, elsewhere):
    response = as_agent.post(reverse("accounts:theme"), {"theme": "dark", "next": elsewhere})
    assert response["Location"] == reverse("home")


def test_the_toggle_works_before_signing_in_and_takes_no_other_word(db, client):
    assert client.post(reverse("accounts:theme"), {"theme": "dark"}).cookies["theme"].value == "dark"
    assert "theme" not in client.post(reverse("accounts:theme"), {"theme": "x;domain=evil"}).cookies
    assert client.get(reverse("accounts:theme")).status_code == 405


def test_choosing_the_device_again_drops_the_cookie(as_agent):
    save(as_agent)
    assert save(as_agent, theme="").cookies["theme"]["max-age"] == 0
    assert "data-theme=" not in as_agent.get(reverse("accounts:profile")).content.decode().split("<head>")[0]
