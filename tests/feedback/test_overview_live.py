"""The overview while it stands open: the team now, what has changed since, and sources that are old."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from calls.choices import CallStatus
from feedback.models import Case, Rating
from integrations.choices import SyncState
from integrations.models import Connection, SyncCursor, SyncRun
from tests.feedback.answered import make_feedback, make_request, make_review
from tests.feedback.cased import case_of
from tests.feedback.overviewed import OVERVIEW, answers, calls_on, directory_kept, shown, tile
from tests.feedback.rated import ended_call, save
from tests.world import connection, make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def now_says(client, **query):
    answer = client.get(f"{OVERVIEW}now/", query, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    return answer


def test_who_is_available_is_what_ccai_said_last_of_these_locations(as_supervisor, as_elsewhere, world):
    assert "available: not reported" in now_says(as_supervisor).content.decode()
    directory_kept(world, world.agent.ccai_email, "somebody@else.example.test")
    assert "<b>1</b> available in CCAI" in now_says(as_supervisor).content.decode()
    assert "<b>0</b> available in CCAI" in now_says(as_elsewhere).content.decode()
    directory_kept(world, world.agent.ccai_email, at=timezone.now() - timedelta(hours=1))
    assert "available: not reported" in now_says(as_supervisor).content.decode()


def test_who_waits_too_long_in_a_queue_is_said(as_supervisor, world):
    waits = {"status": CallStatus.QUEUED, "agent": None, "kind": "incoming"}
    make_call(customer=world.marta, created_at=timezone.now() - timedelta(seconds=50), **waits)
    assert "in a queue" not in now_says(as_supervisor).content.decode()
    make_call(customer=world.jon, created_at=timezone.now() - timedelta(seconds=70), **waits)
    assert "<b>1</b> in a queue for over a minute" in now_says(as_supervisor).content.decode()


def test_the_tiles_come_again_when_a_figure_has_changed_and_only_then(as_supervisor, world):
    first = now_says(as_supervisor, seen="nothing")
    assert "figures-changed" in first["HX-Trigger"] and 'id="tiles"' in first.content.decode()
    seen = re.search(r"seen=(\w+)", first.content.decode())[1]
    again = now_says(as_supervisor, seen=seen)
    assert "HX-Trigger" not in again and 'id="tiles"' not in again.content.decode()
    save(ended_call(world.agent, world.marta))
    changed = now_says(as_supervisor, seen=seen)
    assert "figures-changed" in changed["HX-Trigger"] and "1 rated" in changed.content.decode()


def test_of_a_few_calls_an_issue_says_little_and_of_none_a_dash(as_supervisor, world):
    call = ended_call(world.agent, world.marta)
    save(call, quality=3, issues=["ECHO"])
    make_request(call, make_feedback(world.riverside, nps_score=2))
    row = re.search(r">Echo</a>.*?</tr>", shown(as_supervisor), re.S)[0]
    nps, csat = re.findall(r'<td class="num beside">(.*?)</td>', row, re.S)
    assert '<span class="fig few" title="1 score: too few to say much">-100' in nps and ">–<" in csat
    read_at("feedback", timezone.now() - timedelta(minutes=16))
    assert "was not read since" in re.search(r">Echo</a>.*?</tr>", shown(as_supervisor), re.S)[0]


def test_another_issue_of_the_same_call_is_another_figure(as_supervisor, world):
    """The table of issues follows the tiles, and no tile says which issue it was."""
    rating = save(ended_call(world.agent, world.marta), quality=3, issues=["ECHO"])
    seen = re.search(r"seen=(\w+)", now_says(as_supervisor).content.decode())[1]
    assert "HX-Trigger" not in now_says(as_supervisor, seen=seen)
    Rating.objects.filter(pk=rating.pk).update(issues=["LOW_AUDIO_LEVEL"])
    assert "figures-changed" in now_says(as_supervisor, seen=seen)["HX-Trigger"]


def links_of(page, *words):
    """The addresses of the links that say so."""
    said = {" ".join(re.sub("<[^>]+>", "", text).split()): href for href, text in re.findall(LINK, page, re.S)}
    return [next(href for text, href in said.items() if word in text).replace("&amp;", "&") for word in words]


LINK = r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>'


def test_what_the_team_s_numbers_open_is_narrowed_as_they_are(as_supervisor, world):
    for customer, location in ((world.marta, world.riverside), (world.harriet, world.harbor)):
        waits = {"status": CallStatus.QUEUED, "kind": "incoming", "agent": None, "location": location}
        make_call(customer=customer, created_at=timezone.now() - timedelta(minutes=2), **waits)
        overdue = timezone.now() - timedelta(minutes=9)
        ended_call(world.agent, customer, location=location, wrap_up_due_at=overdue, ended_at=overdue)
        case = case_of(location, customer)
        Case.objects.filter(pk=case.pk).update(due_at=overdue)
        make_feedback(location, customer, nps_score=1)
        make_review(location, title=f"Not again, {customer}", rating=1)
    words = ("in a queue", "unfinished wrap-up", "past its time", "All of it", "All of them")
    for narrowed in ({"location": world.harbor.pk}, {"location": world.harbor.pk, "account": world.northwind.pk}):
        for address in links_of(shown(as_supervisor, period="30", **narrowed), *words):
            page = as_supervisor.get(address).content.decode()
            assert "Harriet Sund" in page and "Marta Oliveira" not in page, address
    assert all("account=" in one for one in links_of(shown(as_supervisor, account=world.northwind.pk), *words[3:]))


def test_the_team_s_numbers_open_exactly_the_calls_they_count(as_supervisor, as_admin, world):
    now = timezone.now()
    waits = {"status": CallStatus.QUEUED, "kind": "incoming", "agent": None, "location": world.riverside}
    long = make_call(customer=world.marta, created_at=now - timedelta(minutes=2), **waits)
    make_call(customer=world.jon, created_at=now - timedelta(seconds=20), **waits)
    in_an_hour = {"scheduled_at": now + timedelta(hours=1), "number": None}
    make_call(customer=world.jon, created_at=now - timedelta(hours=1), **in_an_hour, **waits)
    over, later = now - timedelta(minutes=9), now + timedelta(minutes=4)
    late = ended_call(world.agent, world.marta, wrap_up_due_at=over, ended_at=over)
    ended_call(world.agent, world.jon, wrap_up_due_at=later, ended_at=now)
    save(ended_call(world.agent, world.jon, wrap_up_due_at=over, ended_at=over))
    elsewhere = ended_call(world.supervisor, None, location=world.oak_street, wrap_up_due_at=over, ended_at=over)
    page = shown(as_supervisor)
    assert "<b>1</b> in a queue" in page and "<b>1</b> unfinished wrap-up<" in page
    for words, call in (("in a queue", long), ("unfinished wrap-up", late)):
        (address,) = links_of(page, words)
        listed = as_supervisor.get(address).content.decode()
        assert re.findall(r'<th scope="row"><a href="/calls/(\d+)/', listed) == [str(call.pk)], words
    (address,) = links_of(shown(as_admin), "unfinished wrap-up")
    assert f'href="/calls/{elsewhere.pk}/' in as_admin.get(address).content.decode()


def test_what_a_number_of_this_minute_opens_says_what_it_is(as_supervisor, world):
    listed = as_supervisor.get("/calls/?counted=queued_long").content.decode()
    assert "In a queue for over a minute" in listed
    assert "Unfinished wrap-ups" in as_supervisor.get("/calls/?counted=unfinished").content.decode()


def test_a_case_of_another_account_s_place_is_counted_as_it_is_listed(as_admin, world):
    case = case_of(world.oak_street, world.oskar)
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(minutes=9))
    assert "past its time" not in now_says(as_admin, account=world.northwind.pk).content.decode()
    assert "<b>1</b> case past its time" in now_says(as_admin, account=world.blue_oak.pk).content.decode()


def test_of_another_account_s_places_nothing_is_opened(as_admin, world):
    for location, customer in ((world.riverside, world.marta), (world.oak_street, world.oskar)):
        case_of(location, customer)
        make_review(location, title=f"Not again, {customer}", rating=1)
    Case.objects.update(due_at=timezone.now() - timedelta(minutes=9))
    narrowed = {"account": world.blue_oak.pk}
    for address in links_of(shown(as_admin, **narrowed), "past its time", "All of it", "All of them"):
        page = as_admin.get(address).content.decode()
        assert "Oskar Lind" in page and "Marta Oliveira" not in page, address


def test_a_case_of_ones_own_elsewhere_counts_as_in_the_list_it_opens(as_supervisor, world):
    for location, customer in ((world.riverside, world.marta), (world.oak_street, world.oskar)):
        case = case_of(location, customer)
        Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(minutes=9))
    assert "<b>1</b> case past its time" in now_says(as_supervisor).content.decode()
    Case.objects.update(owner=world.supervisor, stage="assigned")
    assert "<b>2</b> cases past their time" in now_says(as_supervisor).content.decode()
    (address,) = links_of(shown(as_supervisor), "past their time")
    assert "Oskar Lind" in as_supervisor.get(address).content.decode()
    narrowed = now_says(as_supervisor, location=world.riverside.pk).content.decode()
    assert "<b>1</b> case past its time" in narrowed


def test_without_htmx_the_live_part_is_the_page(as_supervisor):
    assert as_supervisor.get(f"{OVERVIEW}now/?period=30")["Location"] == f"{OVERVIEW}?period=30"


# --- Sources --------------------------------------------------------------------------------------


def read_at(name, at):
    feedbackapi = connection("feedbackapi")
    SyncRun.objects.create(connection=feedbackapi, resource=name, upper=1, state=SyncState.COMPLETE)
    SyncCursor.objects.update_or_create(connection=feedbackapi, resource=name, defaults={"read_at": at})


def test_a_list_that_was_not_read_greys_what_depends_on_it_and_says_since_when(as_supervisor, world):
    answers(world, [9] * 12), calls_on(world, timezone.now(), 12)
    read_at("feedback", timezone.now() - timedelta(minutes=14))
    assert "not read since" not in shown(as_supervisor)
    at = timezone.now() - timedelta(minutes=16)
    read_at_again = SyncCursor.objects.filter(resource="feedback").update(read_at=at)
    assert read_at_again == 1
    page = shown(as_supervisor)
    assert f"FeedbackAPI’s list “Feedback” was not read since {at:%H:%M}." in tile(page, "nps")
    assert "not read" not in tile(page, "calls")
    assert re.search(r'<li class="tile few">(?:(?!</li>).)*tile-nps', page, re.S)
    assert 'class="reading few" data-legend="nps-table"' in page
    assert "not read since" not in tile(shown(as_supervisor, **{"from": "2026-01-01", "to": "2026-01-31"}), "nps")


def test_a_paused_connection_greys_what_comes_through_it(as_supervisor, world):
    Connection.objects.filter(pk=connection("ccai").pk).update(paused_at=timezone.now(), paused_why="Token refused.")
    page = shown(as_supervisor)
    assert "CCAI is paused since" in tile(page, "calls") and "CCAI is paused" not in tile(page, "nps")
    assert "CCAI is paused" not in tile(shown(as_supervisor, provider="plivo"), "calls")
    Connection.objects.update(is_on=False)
    assert "is paused" not in shown(as_supervisor)


def test_ccai_is_stale_when_a_call_is_open_and_nothing_was_heard(as_supervisor, world):
    Connection.objects.filter(pk=connection("ccai").pk).update(last_ok_at=timezone.now() - timedelta(minutes=2))
    assert "last heard of" not in shown(as_supervisor)
    make_call(world.agent, world.marta, status=CallStatus.IN_PROGRESS)
    assert "CCAI: calls were last heard of" in tile(shown(as_supervisor), "calls")
