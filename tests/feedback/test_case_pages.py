"""The queue of cases and the page of each: who sees which, in what order, and what is done there."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.services.do_not_call import add_do_not_call
from feedback.cases import opening, stages
from feedback.choices import ContactHow
from feedback.models import Case
from tests.feedback.cased import at_hour, case_of, contacted, low_review, resolved, unhappy
from tests.feedback.rated import CANARY, ended_call, save
from tests.world import make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HTTP_HX_REQUEST": "true"}


def page(client, case, **more):
    return client.get(reverse("feedback:case", args=[case.pk]), **more)


def queue(client, **filters):
    """The names in the order of the queue."""
    return [case.name for case in client.get(reverse("feedback:cases"), filters).context["page"].rows]


def post(client, deed, case, fields=None, **more):
    return client.post(reverse(f"feedback:case_{deed}", args=[case.pk]), fields or {}, **more)


def now(case):
    return Case.objects.get(pk=case.pk)


# --- The queue --------------------------------------------------------------------------------


@pytest.fixture
def some(world):
    """Of Riverside: Marta overdue and nobody's, Jon the agent's, Nora contacted; of Harbor Harriet's, resolved."""
    marta = at_hour(case_of(world.riverside, world.marta), 50)
    jon = at_hour(
        case_of(world.riverside, world.jon, owner=world.agent, kind="stars", nps_score=None, star_rating=1), 30
    )
    nora = at_hour(contacted(case_of(world.riverside, world.numberless), world.supervisor), 40)
    harriet = resolved(case_of(world.harbor, world.harriet), world.supervisor)
    return {"marta": marta, "jon": jon, "nora": nora, "harriet": harriet}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["Marta Oliveira", "Jon Bell", "Nora Numberless"]),
        ({"which": "mine"}, ["Nora Numberless"]),
        ({"which": "unassigned"}, ["Marta Oliveira"]),
        ({"which": "closed"}, ["Harriet Sund"]),
        ({"which": "nonsense"}, ["Marta Oliveira", "Jon Bell", "Nora Numberless"]),
        ({"stage": "contacted"}, ["Nora Numberless"]),
        ({"overdue": "yes"}, ["Marta Oliveira"]),
        ({"overdue": "no"}, ["Jon Bell", "Nora Numberless"]),
        ({"source": "review"}, []),
        ({"source": "answer", "which": "unassigned"}, ["Marta Oliveira"]),
    ],
)
def test_the_most_urgent_first_and_each_filter(as_supervisor, some, filters, expected):
    assert queue(as_supervisor, **filters) == expected


def test_filters_by_owner_and_location(as_supervisor, world, some):
    assert queue(as_supervisor, owner=world.agent.pk) == ["Jon Bell"]
    assert queue(as_supervisor, which="closed", location=world.harbor.pk) == ["Harriet Sund"]
    assert queue(as_supervisor, location=world.harbor.pk) == []


def test_an_agent_sees_their_own_and_a_supervisor_those_of_their_locations(
    as_agent, as_colleague, as_elsewhere, as_admin, world, some
):
    assert queue(as_agent) == ["Jon Bell"]
    assert queue(as_colleague) == [] and queue(as_elsewhere) == []
    case_of(None, None, subscriber_name="Walk In")
    assert "Walk In" in queue(as_admin)
    statuses = {
        client: [page(client, some[name]).status_code for name in ("marta", "jon")]
        for client in (as_agent, as_colleague, as_elsewhere, as_admin)
    }
    assert list(statuses.values()) == [[404, 200], [404, 404], [404, 404], [200, 200]]


@pytest.mark.parametrize(("whose", "is_blocked"), [("everybody", True), ("its account", True), ("another", False)])
def test_who_must_not_be_called_is_no_first_choice_of_the_queue(as_supervisor, world, some, whose, is_blocked):
    account = {"everybody": None, "its account": world.riverside.account}.get(whose, world.blue_oak)
    add_do_not_call(world.marta.phone, account, world.admin)
    answer = as_supervisor.get(reverse("feedback:cases"))
    assert {case.name: case.is_blocked for case in answer.context["page"].rows} == {
        "Marta Oliveira": is_blocked,
        "Jon Bell": False,
        "Nora Numberless": False,
    }
    shown = answer.content.decode()
    assert ("Call Marta Oliveira, who is on the do-not-call list" in shown) is is_blocked
    assert shown.count("btn small primary") == (1 if is_blocked else 2)


def test_page_after_page_each_case_once(as_supervisor, world):
    for n in range(60):
        case_of(world.riverside, make_customer(f"Person {n}", world.riverside))
    first = as_supervisor.get(reverse("feedback:cases")).context["page"]
    second = as_supervisor.get(reverse("feedback:cases"), {"after": first.next}).context["page"]
    assert (len(first.rows), len(second.rows), second.next) == (50, 10, "")
    assert len({row.pk for row in [*first.rows, *second.rows]}) == 60


@pytest.mark.parametrize("count", [1, 20])
def test_one_case_or_twenty_cost_the_same(as_supervisor, world, count, django_assert_num_queries):
    for n in range(count):
        case = case_of(world.riverside, make_customer(f"Person {n}", world.riverside), owner=world.agent)
        unhappy(world.riverside, case.customer)
    # session, user, alarms, cases, what they said; the choices of owners and locations
    with django_assert_num_queries(7):
        as_supervisor.get(reverse("feedback:cases"))


def test_the_file_has_exactly_the_rows_of_the_list(as_supervisor, world, some):
    unhappy(world.riverside, world.marta, nps_score=0)
    answer = as_supervisor.get(reverse("feedback:cases_export"), {"which": "unassigned"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 2 and "Marta Oliveira,Riverside," in lines[1] and "Private answer: NPS 2" in lines[1]
    closed = as_supervisor.get(reverse("feedback:cases_export"), {"which": "closed"})
    assert "Waiting or hard to reach" in b"".join(closed.streaming_content).decode()


def test_beside_the_word_stands_how_many_ask_for_somebody(as_supervisor, as_agent, as_elsewhere, world, some):
    def count(client):
        return client.get(reverse("feedback:cases_count"), **HTMX).context["count"]

    assert (count(as_supervisor), count(as_agent), count(as_elsewhere)) == (1, 0, 0)
    at_hour(some["jon"], 49)
    assert (count(as_supervisor), count(as_agent)) == (2, 1)
    assert as_agent.get(reverse("feedback:cases_count"))["Location"] == reverse("feedback:cases")


# --- One case ---------------------------------------------------------------------------------


def test_its_page_has_their_words_the_customer_and_the_story(as_supervisor, world):
    case = case_of(world.riverside, world.marta, comments=CANARY)
    call = ended_call(world.agent, world.marta, created_at=timezone.now())
    save(call, outcome="voicemail", right_party=None)
    stages.add_note(case, world.supervisor, "Prefers the morning")
    shown = page(as_supervisor, case).content.decode()
    assert CANARY not in shown and "&lt;script&gt;" in shown
    assert all(words in shown for words in ("NPS 2", "Prefers the morning", "Voicemail", "47 h left", "Nobody’s yet"))
    assert reverse("calls:detail", args=[call.pk]) in shown


def test_a_review_has_no_customer_to_call_but_a_page_to_reply_on(as_supervisor, world):
    review = low_review(world.riverside, title="Never again")
    opening.sweep()
    shown = page(as_supervisor, Case.objects.get()).content.decode()
    assert "Never again" in shown and reverse("feedback:review", args=[review.pk]) in shown
    assert "nobody can be called" in shown and "case_call" not in shown


def test_it_is_given_to_somebody_in_two_clicks_and_taken_back_in_one(as_supervisor, world):
    case = case_of(world.riverside, world.marta)
    shown = page(as_supervisor, case).content.decode()
    assert f'name="owner" value="{world.agent.pk}"' in shown and "Eli Elsewhere" not in shown
    answer = post(as_supervisor, "owner", case, {"owner": world.agent.pk}, **HTMX)
    assert now(case).owner == world.agent and "Ada Agent’s now." in answer.content.decode()
    assert (
        post(as_supervisor, "owner", case, {"owner": world.colleague.pk}, **HTMX)
        .context["undo_url"]
        .endswith(f"?owner={world.agent.pk}")
    )
    as_supervisor.post(answer.context["undo_url"])
    assert (now(case).owner, now(case).stage) == (None, "open")


def test_everybody_of_the_location_can_be_given_it_however_many_they_are(as_supervisor, world):
    last = [make_user(name=f"Zoe {n:02d}", locations=[world.riverside]) for n in range(50)][-1]
    case = case_of(world.riverside, world.marta)
    shown = page(as_supervisor, case).content.decode()
    assert shown.count('name="owner" value="') == 12 and ">Me</button>" in shown
    assert f'<option value="{last.pk}">Zoe 49</option>' in shown
    post(as_supervisor, "owner", case, {"owner": last.pk})
    assert now(case).owner == last
    assert shown.count(">Zoe ") == 50


@pytest.mark.parametrize("who", ["elsewhere", "stranger", "nobody there"])
def test_it_is_given_to_nobody_of_another_location(as_supervisor, world, who):
    case = case_of(world.riverside, world.marta)
    pk = getattr(world, who).pk if hasattr(world, who) else 10**17
    answer = post(as_supervisor, "owner", case, {"owner": pk})
    assert answer.status_code == 422 and "who works here" in answer.content.decode()
    assert now(case).owner is None


def test_an_agent_works_on_their_own_and_gives_it_to_nobody(as_agent, world):
    case = case_of(world.riverside, world.marta, owner=world.agent)
    assert post(as_agent, "owner", case, {"owner": world.colleague.pk}).status_code == 403
    post(as_agent, "note", case, {"text": "Called her mother"})
    post(as_agent, "contact", case, {"how": "message", "text": "By text"})
    assert now(case).contacted_how == "message"
    post(as_agent, "resolve", case, {"root_cause": "price", "text": ""})
    assert now(case).stage == "resolved"
    assert "Give it to somebody else" not in page(as_agent, case).content.decode()


def test_contacted_otherwise_and_not_after_all(as_supervisor, world):
    case = case_of(world.riverside, world.marta)
    answer = post(as_supervisor, "contact", case, {"how": "email"}, **HTMX)
    assert now(case).stage == "contacted"
    as_supervisor.post(answer.context["undo_url"])
    assert now(case).stage == "assigned"


def test_a_second_contact_is_taken_back_by_its_own_undo_and_by_the_button(as_supervisor, world):
    case = case_of(world.riverside, world.marta)
    first = post(as_supervisor, "contact", case, {"how": "email"}, **HTMX)
    second = post(as_supervisor, "contact", case, {"how": "message"}, **HTMX)
    assert (
        "Again: wrote a message" in second.content.decode() and "Take back the last contact" in second.content.decode()
    )
    answer = as_supervisor.post(first.context["undo_url"], follow=True)
    assert "another contact stands" in answer.content.decode()
    assert (now(case).stage, now(case).contacted_how) == ("contacted", "message")
    button = re.search(r'name="contact" value="(\d+)"', answer.content.decode())[1]
    answer = post(as_supervisor, "contact_undo", case, {"contact": button}, follow=True)
    assert "its clock runs on" in answer.content.decode() and now(case).stage == "assigned"
    again = post(as_supervisor, "contact_undo", case, {"contact": button})
    assert again.status_code == 422 and "taken back already" in again.content.decode()


@pytest.mark.parametrize("contact", ["x", "-1", "9" * 40])
def test_a_contact_that_there_is_none_of_is_not_taken_back(as_supervisor, world, contact):
    case = contacted(case_of(world.riverside, world.marta), world.agent)
    assert post(as_supervisor, "contact_undo", case, {"contact": contact}).status_code in (404, 422)
    assert now(case).stage == "contacted"


def test_it_is_resolved_from_its_page_and_taken_back(as_supervisor, world):
    case = case_of(world.riverside, world.marta)
    answer = post(as_supervisor, "resolve", case, {"root_cause": "staff"}, **HTMX)
    assert answer.status_code == 422 and "how they were contacted" in answer.content.decode()
    answer = post(as_supervisor, "resolve", case, {"root_cause": "staff", "how": "in_person"}, **HTMX)
    assert (now(case).stage, now(case).root_cause) == ("resolved", "staff")
    answer = as_supervisor.post(answer.context["undo_url"], follow=True)
    assert f"Taken back: Case {case.pk} is contacted, as it was before." in answer.content.decode()
    assert now(case).stage == "contacted"


def test_dropping_asks_first_why(as_supervisor, world):
    case = case_of(world.riverside, world.marta)
    assert "Do nothing about" in as_supervisor.get(reverse("feedback:case_drop", args=[case.pk])).content.decode()
    assert now(case).stage == "open"
    assert post(as_supervisor, "drop", case, {"reason": ""}).status_code == 422
    post(as_supervisor, "drop", case, {"reason": "Double"})
    assert now(case).drop_reason == "Double"
    post(as_supervisor, "reopen", case, {"text": "Wrote again"})
    assert now(case).stage == "open"


def test_no_two_fields_of_the_page_share_an_id(as_supervisor, world):
    for case in (case_of(world.riverside, world.marta), contacted(case_of(world.riverside, world.jon), world.agent)):
        ids = re.findall(r' id="([^"]+)"', page(as_supervisor, case).content.decode())
        assert len(ids) == len(set(ids))


def test_who_comes_too_late_is_told_and_sees_how_it_stands(as_supervisor, world):
    case = resolved(case_of(world.riverside, world.marta), world.admin)
    for headers in ({}, HTMX):
        answer = post(as_supervisor, "contact", case, {"how": "email"}, **headers)
        assert answer.status_code == 422
        assert f"Case {case.pk} is resolved already. Reopen it first." in answer.content.decode()


@pytest.mark.parametrize(
    ("deed", "fields"),
    [("note", {"text": " "}), ("note", {"text": "x" * 5001}), ("contact", {"how": ""}), ("contact", {"how": "smoke"})],
)
def test_what_makes_no_sense_gets_a_sentence_and_nothing_typed_is_lost(as_supervisor, world, deed, fields):
    case = case_of(world.riverside, world.marta)
    answer = post(as_supervisor, deed, case, fields | {"text": fields.get("text", "typed")})
    assert answer.status_code == 422 and 'class="error"' in answer.content.decode()
    assert fields.get("text", "typed").strip() in answer.content.decode()


def test_without_javascript_the_page_comes_again_with_what_was_done(as_supervisor, world):
    case = case_of(world.riverside, world.marta)
    answer = post(as_supervisor, "note", case, {"text": "Hello"}, follow=True)
    assert "Noted." in answer.content.decode() and "Hello" in answer.content.decode()


def test_a_case_given_away_leads_its_agent_back_to_the_queue(world, as_supervisor):
    case = case_of(world.oak_street, world.oskar, owner=world.supervisor)  # owner, though not of that location
    answer = post(as_supervisor, "owner", case, {"owner": world.elsewhere.pk}, **HTMX)
    assert answer["HX-Redirect"] == reverse("feedback:cases")


# --- Elsewhere --------------------------------------------------------------------------------


def test_the_customers_page_says_that_a_case_is_open(as_supervisor, as_colleague, world):
    case = contacted(case_of(world.riverside, world.marta), world.agent)
    address = reverse("feedback:customer_timeline", args=[world.marta.pk])
    link = reverse("feedback:case", args=[case.pk])
    shown = as_supervisor.get(address, **HTMX).content.decode()
    assert link in shown and "contacted in time" in shown and "Ada Agent" in shown
    other = as_colleague.get(address, **HTMX).content.decode()
    assert f"Case {case.pk}" in other and link not in other


def test_a_case_of_another_location_is_not_told_to_who_does_not_see_it(as_supervisor, as_agent, as_admin, world):
    case = case_of(world.oak_street, world.marta)
    nowhere = case_of(None, world.marta)
    address = reverse("feedback:customer_timeline", args=[world.marta.pk])
    for client in (as_supervisor, as_agent):
        shown = client.get(address, **HTMX).content.decode()
        assert str(case) not in shown and str(nowhere) not in shown
    shown = as_admin.get(address, **HTMX).content.decode()
    assert str(case) in shown and str(nowhere) in shown
    stages.assign(case, world.admin, world.agent)
    assert str(case) in as_agent.get(address, **HTMX).content.decode()


def test_the_page_of_the_answer_and_of_the_review_lead_to_it(as_supervisor, world):
    case = case_of(world.riverside, world.marta)
    answer = case.sources.get().answer
    shown = as_supervisor.get(reverse("feedback:answer", args=[answer.pk])).content.decode()
    assert reverse("feedback:case", args=[case.pk]) in shown and "h left" in shown
    plain = unhappy(world.riverside, world.jon, nps_score=10)
    assert (
        "/cases/"
        not in as_supervisor.get(reverse("feedback:answer", args=[plain.pk])).content.decode().partition("<main")[2]
    )


def test_a_resolved_case_marks_what_it_was_about_as_handled(as_supervisor, world):
    case = case_of(world.riverside, world.marta)
    stages.resolve(case, world.supervisor, "price", how=ContactHow.EMAIL)
    answer = case.sources.get().answer
    assert answer.handled_by == world.supervisor and answer.handled_at - timezone.now() < timedelta(seconds=1)


def test_the_page_asks_few_questions(as_supervisor, world, django_assert_max_num_queries):
    case = case_of(world.riverside, world.marta, owner=world.agent)
    for _ in range(10):
        unhappy(world.riverside, world.marta)
        stages.add_note(case, world.agent, "x")
    with django_assert_max_num_queries(22):
        page(as_supervisor, case)
