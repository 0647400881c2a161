"""The list of calls: whose, filtered by the address, paged by keyset."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.choices import CallStatus
from tests.feedback.rated import CANARY, ended_call, known_everywhere, save, unanswered_call
from tests.world import make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def listed(client, **query):
    answer = client.get(reverse("feedback:calls"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(client, **query):
    page = listed(client, **query)
    return {name for name in ("Marta", "Jon", "Harriet", "Oskar") if f'">{name}' in page}


@pytest.fixture
def calls(world):
    now = timezone.now()
    save(known_everywhere(world.agent, world.marta), quality=4, issues=["ECHO"])
    then = now - timedelta(days=10)
    unanswered_call(world.agent, world.jon, created_at=then, ended_at=then + timedelta(minutes=1), ticket_id="T-77")
    make_call(world.supervisor, world.harriet, status=CallStatus.IN_PROGRESS)
    ended_call(world.elsewhere, world.oskar)


def test_everybody_sees_their_own_and_supervisors_their_locations(
    calls, as_agent, as_colleague, as_supervisor, as_elsewhere, as_admin
):
    assert names(as_agent) == {"Marta", "Jon"}
    assert names(as_colleague) == set()
    assert names(as_supervisor) == {"Marta", "Jon", "Harriet"}
    assert names(as_elsewhere) == {"Oskar"}
    assert names(as_admin) == {"Marta", "Jon", "Harriet", "Oskar"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "no_answer"}, {"Jon"}),
        ({"outcome": "reached"}, {"Marta"}),
        ({"rated": "yes"}, {"Marta"}),
        ({"rated": "no"}, {"Jon", "Harriet"}),
        ({"period": "7"}, {"Marta", "Harriet"}),
        ({"period": "30"}, {"Marta", "Jon", "Harriet"}),
        ({"provider": "plivo"}, set()),
        ({"q": "oliv"}, {"Marta"}),
        ({"q": "555-0102"}, {"Jon"}),
        ({"q": "t-77"}, {"Jon"}),
        ({"q": "OLIV", "rated": "no"}, set()),
        ({"q": "%"}, set()),
    ],
)
def test_filters_stand_in_the_address(calls, as_supervisor, query, found):
    assert names(as_supervisor, **query) == found


def test_filters_by_agent_and_location_are_for_supervisors(calls, as_supervisor, as_agent, world):
    assert names(as_supervisor, agent=world.agent.pk) == {"Marta", "Jon"}
    assert names(as_supervisor, location=world.harbor.pk) == {"Harriet"}
    assert 'name="agent"' not in listed(as_agent)


def test_a_location_out_of_sight_is_no_filter_and_leaks_nothing(calls, as_supervisor, world):
    page = listed(as_supervisor, location=world.oak_street.pk)
    assert "Oak Street" not in page and "Oskar" not in page


@pytest.mark.parametrize(
    "query",
    [
        {"status": "melted"},
        {"agent": "x"},
        {"location": "9" * 30},
        {"period": "-1"},
        {"cursor": "o~gibberish"},
        {"cursor": "o~2026-11-20T00:00:00+00:00~99999999999999999999"},
        {"cursor": "n~2026-11-20~1"},
        {"q": "a\x00b"},
        {"q": "x" * 5000},
    ],
)
def test_what_makes_no_sense_in_the_address_is_no_error(calls, as_supervisor, query):
    listed(as_supervisor, **query)


def test_applied_filters_show_with_a_way_out(calls, as_supervisor):
    page = listed(as_supervisor, status="no_answer", rated="no")
    assert 'href="?rated=no" aria-label="Remove filter No answer"' in page


def test_an_empty_list_says_why(as_agent, calls):
    assert "No call fits these filters" in listed(as_agent, q="nobody")


def test_an_empty_list_names_the_filters_without_which_it_is_not(as_supervisor, calls, world):
    page = listed(as_supervisor, status="no_answer", rated="no", location=world.harbor.pk)
    empty = page[page.index("No call fits these filters") :]
    assert "Without one of these there are some" in empty
    assert f'href="?rated=no&amp;location={world.harbor.pk}"' in empty, "no answer at Harbor: nobody"
    assert 'href="?status=no_answer&amp;rated=no"' in empty
    assert f'href="?status=no_answer&amp;location={world.harbor.pk}"' not in empty
    assert "No single one keeps them away" in listed(as_supervisor, provider="plivo", topic="Nothing of that")


def test_an_empty_list_costs_two_queries_a_filter_at_most(as_admin, calls, django_assert_max_num_queries):
    query = {"status": "no_answer", "outcome": "reached", "kind": "incoming", "period": "7", "provider": "plivo"}
    with django_assert_max_num_queries(20):
        listed(as_admin, **query)


def test_pages_go_older_and_newer_without_losing_a_row(as_agent, world):
    at = timezone.now()
    # Many calls in one instant are the hard case of a keyset.
    wanted = [make_call(world.agent, world.marta, created_at=at - timedelta(seconds=i // 60)).pk for i in range(120)]
    seen, page = [], as_agent.get(reverse("feedback:calls")).context["page"]
    while True:
        seen += [call.pk for call in page.rows]
        if not page.older:
            break
        before = page
        page = as_agent.get(reverse("feedback:calls"), {"cursor": page.older}).context["page"]
    assert sorted(seen) == sorted(wanted) and len(seen) == 120
    back = as_agent.get(reverse("feedback:calls"), {"cursor": page.newer}).context["page"]
    assert [call.pk for call in back.rows] == [call.pk for call in before.rows]
    assert (back.count, back.says) == (120, "120")


def test_a_row_says_how_its_legs_stand(calls, as_agent):
    assert "Waiting" in listed(as_agent)


def test_names_are_text(as_agent, world):
    world.marta.name = CANARY
    world.marta.save()
    make_call(world.agent, world.marta)
    assert CANARY not in listed(as_agent) and CANARY not in listed(as_agent, q=CANARY)


def test_htmx_gets_the_list_alone(calls, as_agent):
    answer = as_agent.get(reverse("feedback:calls"), HTTP_HX_REQUEST="true").content.decode()
    assert answer.lstrip().startswith('<div id="call-list">')


@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_or_twenty_cost_the_same(as_supervisor, world, rows, django_assert_num_queries):
    for number in range(rows):
        save(known_everywhere(world.agent, world.marta, vendor_id=str(number)))
    # session, user; their locations, calls there, own ones elsewhere; keys, calls, legs; three lists; saved views
    with django_assert_num_queries(12):
        listed(as_supervisor)
