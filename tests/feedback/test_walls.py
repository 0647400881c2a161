"""Wall screens: figures without a sign-in, as long as their token lives and for what its maker may see."""

import re
import zoneinfo
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import services as accounts
from accounts.models import AuditEntry, token_digest
from feedback.models import WallScreen
from feedback.tallies import rebuild
from feedback.walls import services
from tests.feedback.answered import make_feedback
from tests.feedback.rated import ended_call, known_everywhere, save

pytestmark = [pytest.mark.django_db, pytest.mark.both]
WALLS = "/overview/walls/"
GOOD = {"name": "By the window", "period": "today", "lifetime": "90"}


def made(client, **changes):
    """The path of the link that the form made."""
    answer = client.post(f"{WALLS}new/", GOOD | changes)
    assert answer.status_code == 201, answer.content.decode()
    return re.search(r'value="http://[^/]+(/wall/aw_[^"]+)"', answer.content.decode())[1]


def opened(link):
    """A browser nobody is signed in with, that followed the link; and the screen's address."""
    browser = Client()
    answer = browser.get(link)
    assert answer.status_code == 302, answer.status_code
    return browser, answer["Location"]


def test_a_link_opens_the_figures_without_a_sign_in(as_supervisor, world):
    save(known_everywhere(world.agent, world.marta))
    browser, address = opened(made(as_supervisor))
    page = browser.get(address)
    assert page.status_code == 200 and "aw_" not in address
    text = page.content.decode()
    assert "1 of 1 dial" in text and 'data-theme="dark"' in text and 'hx-trigger="every 5s"' in text
    assert "sessionid" not in browser.cookies and "session" not in browser.cookies
    assert "style-src 'self'" in page["Content-Security-Policy"] and page["Cache-Control"] == "no-store"


def test_it_shows_no_name_and_no_number_of_a_customer(as_supervisor, world):
    save(known_everywhere(world.agent, world.marta), notes="She is called Marta")
    make_feedback(world.riverside, world.marta, nps_score=1, comments="Marta here")
    browser, address = opened(made(as_supervisor))
    text = browser.get(address).content.decode()
    assert not [word for word in ("Marta", "Oliveira", world.marta.phone.e164, "marta@", "/calls/") if word in text]


def test_the_token_is_kept_as_a_digest_and_written_down_nowhere(as_supervisor, world):
    link = made(as_supervisor)
    secret, screen = link.split("/")[2], WallScreen.objects.get()
    assert screen.digest == token_digest(secret) and secret not in repr(vars(screen))
    entry = AuditEntry.objects.get(deed="made a wall screen")
    assert entry.actor == world.supervisor and secret not in repr(entry.changes)
    assert secret not in as_supervisor.get(WALLS).content.decode()


def test_the_cookie_goes_to_its_screen_alone_and_opens_no_other(as_supervisor, as_elsewhere, world):
    browser, address = opened(made(as_supervisor))
    (cookie,) = [cookie for name, cookie in browser.cookies.items() if name.startswith("wall-")]
    assert cookie["path"] == address and cookie["httponly"] and cookie["samesite"] == "Lax"
    other, theirs = opened(made(as_elsewhere))
    pk = theirs.strip("/").split("/")[1]
    browser.cookies[f"wall-{pk}"] = cookie.value
    assert browser.get(theirs).status_code == 404
    assert other.get(address).status_code == 404


@pytest.mark.parametrize("link", ["/wall/aw_nobody-made-this/", "/wall/x/", "/wall/999999/", "/wall/999999/now/"])
def test_what_nobody_made_is_not_there(client, db, link):
    assert client.get(link).status_code == 404


def dead(browser, address):
    """Whether the page and what it polls are gone, and the screen is told to load itself anew."""
    polled = browser.get(f"{address}now/", HTTP_HX_REQUEST="true")
    return browser.get(address).status_code == 404 and polled.status_code == 404 and polled["HX-Refresh"] == "true"


def test_an_expired_one_is_over(as_supervisor):
    browser, address = opened(made(as_supervisor))
    WallScreen.objects.update(expires_at=timezone.now())
    assert dead(browser, address)


def test_a_closed_one_is_over_and_written_down(as_supervisor, world):
    link = made(as_supervisor)
    browser, address = opened(link)
    screen = WallScreen.objects.get()
    assert "closed" not in as_supervisor.get(f"{WALLS}{screen.pk}/revoke/").content.decode()
    as_supervisor.post(f"{WALLS}{screen.pk}/revoke/")
    assert dead(browser, address) and Client().get(link).status_code == 404
    assert AuditEntry.objects.filter(deed="closed a wall screen", actor=world.supervisor).count() == 1
    assert as_supervisor.post(f"{WALLS}{screen.pk}/revoke/").status_code == 404
    made(as_supervisor)  # the name is free again


def test_it_ends_with_the_access_of_its_maker_and_does_not_come_back(as_supervisor, world):
    browser, address = opened(made(as_supervisor))
    accounts.deactivate(world.admin, world.supervisor)
    assert dead(browser, address)
    accounts.activate(world.admin, world.supervisor)
    assert dead(browser, address)


def test_it_ends_where_its_maker_watches_over_nobody_any_more(as_supervisor, world):
    browser, address = opened(made(as_supervisor))
    accounts.change_user(world.admin, world.supervisor, {"role": "agent"})
    assert dead(browser, address)
    accounts.change_user(world.admin, world.supervisor, {"role": "supervisor"})
    assert browser.get(address).status_code == 200


def calls_shown(browser, address):
    text = browser.get(address).content.decode()
    return re.search(r"<h2>Calls</h2><p class=\"figure\">([^<]+)", text)[1]


def test_it_follows_the_locations_of_its_maker(as_supervisor, world):
    (
        ended_call(world.agent, world.marta),
        ended_call(world.agent, world.harriet),
        ended_call(world.elsewhere, world.oskar),
    )
    rebuild.until_done()
    browser, address = opened(made(as_supervisor))
    narrow, at_harbor = opened(made(as_supervisor, name="Harbor's", location=world.harbor.pk))
    assert (calls_shown(browser, address), calls_shown(narrow, at_harbor)) == ("2", "1")
    world.harbor.members.remove(world.supervisor)
    assert calls_shown(browser, address) == "1"
    assert dead(narrow, at_harbor)


def test_it_says_which_day_today_is_by_its_own_clock(as_supervisor, world):
    world.harbor.time_zone = "Pacific/Kiritimati"  # a day ahead of its maker's for most of the day
    world.harbor.save()
    browser, address = opened(made(as_supervisor, location=world.harbor.pk))
    there = timezone.now().astimezone(zoneinfo.ZoneInfo("Pacific/Kiritimati"))
    assert f"Today, {there:%A} {there.day} {there:%B}<" in browser.get(address).content.decode()
    browser, address = opened(made(as_supervisor, name="Week", period="7", location=world.harbor.pk))
    assert f"to {there.day} {there:%b}<" in browser.get(address).content.decode()


def test_one_of_an_account_is_of_that_account(as_admin, world):
    ended_call(world.agent, world.marta), ended_call(world.elsewhere, world.oskar)
    browser, address = opened(made(as_admin, account=world.blue_oak.pk))
    assert calls_shown(browser, address) == "1" and "Blue Oak Vets" in browser.get(address).content.decode()


def test_it_is_noted_when_a_screen_was_looked_at(as_supervisor):
    browser, address = opened(made(as_supervisor))
    browser.get(address)
    first = WallScreen.objects.get().last_used_at
    browser.get(f"{address}now/")
    assert first and WallScreen.objects.get().last_used_at == first  # once a minute
    WallScreen.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    browser.get(f"{address}now/")
    assert WallScreen.objects.get().last_used_at >= first


def test_on_another_day_the_page_loads_itself_anew(as_supervisor):
    browser, address = opened(made(as_supervisor))
    again = re.search(r'hx-get="([^"]+)"', browser.get(address).content.decode())[1]
    assert "HX-Refresh" not in browser.get(again, HTTP_HX_REQUEST="true")
    assert browser.get(f"{address}now/?day=2001-01-01", HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"


def test_it_is_limited_by_address(as_supervisor, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"wall": "3/m/ip"}
    answers = [Client().get("/wall/aw_guessed/").status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Fill this in."),
        ({"period": "90"}, "Choose one that is on the list."),
        ({"location": "oak_street"}, "Choose one that is on the list."),
        ({"account": "blue_oak"}, "Choose one that is on the list."),
        ({"location": "riverside", "account": "northwind", "name": "taken"}, "You have a wall screen of this name"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_beside_the_field(as_supervisor, world, wrong, sentence):
    services.issue(world.supervisor, "taken", period="today")
    given = {name: getattr(getattr(world, value, value), "pk", value) for name, value in wrong.items()}
    answer = as_supervisor.post(f"{WALLS}new/", GOOD | given)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert WallScreen.objects.count() == 1


def test_a_place_of_another_account_is_refused(as_admin, world):
    given = GOOD | {"location": world.riverside.pk, "account": world.blue_oak.pk}
    assert "is not a location of" in as_admin.post(f"{WALLS}new/", given).content.decode()


def test_ones_own_are_listed_and_an_admins_all(as_supervisor, as_elsewhere, as_admin, world):
    made(as_supervisor, name="Sams"), made(as_elsewhere, name="Elis")
    lists = [client.get(WALLS).content.decode() for client in (as_supervisor, as_elsewhere, as_admin)]
    assert [("Sams" in text, "Elis" in text) for text in lists] == [(True, False), (False, True), (True, True)]


def test_it_costs_the_same_for_one_call_and_for_twenty(as_supervisor, world, django_assert_max_num_queries):
    browser, address = opened(made(as_supervisor))
    for _ in range(20):
        save(ended_call(world.agent, world.marta, number=None))
    rebuild.until_done()
    with django_assert_max_num_queries(45):  # 20 of figures and the team, the others of the limit
        browser.get(address)
