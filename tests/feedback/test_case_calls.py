"""From the case to the customer's ear in one click, and what the call's wrap-up does to the case."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.models import Call
from customers.models import Customer
from feedback import services
from feedback.cases import calls, stages
from feedback.cases.linked import began
from feedback.forms import RatingForm
from feedback.models import Case, CaseCall
from tests.feedback.cased import at_hour, case_of, resolved
from tests.feedback.rated import data, ended_call, posted, save, unanswered_call
from tests.world import fiction, make_call, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def case(world):
    return case_of(world.riverside, world.marta, owner=world.agent)


def call_for(case, by, **fields):
    """A recovery call of `by` that has ended."""
    call = ended_call(by, case.customer, **fields)
    calls.link(call, case)
    return call


def now(case):
    return Case.objects.get(pk=case.pk)


def correct(call, by=None, **changes):
    return services.save_rating(call, by or call.agent, data(call, **changes))


def dial(client, case, intent="a-press", **more):
    return client.post(reverse("feedback:case_call", args=[case.pk]), {"intent": intent}, **more)


# --- One click --------------------------------------------------------------------------------


def test_on_a_call_already_one_lands_on_it_and_a_colleagues_is_named(as_agent, as_supervisor, world, case):
    open_call = make_call(world.agent, world.marta, status="in_progress")
    assert dial(as_agent, case)["Location"] == reverse("calls:detail", args=[open_call.pk])
    type(world.supervisor).objects.filter(pk=world.supervisor.pk).update(ccai_email="sam@ccai.example.test")
    answer = dial(as_supervisor, case, follow=True)
    assert "Ada Agent is on it." in answer.content.decode()
    assert not CaseCall.objects.exists()


def test_without_a_number_or_when_it_is_closed_nobody_is_called(as_agent, world, case):
    Customer.objects.filter(pk=world.marta.pk).update(phone=None)
    Case.objects.filter(pk=case.pk).update(number=None)
    assert "No number is known" in dial(as_agent, case, follow=True).content.decode()
    resolved(case, world.agent)
    Case.objects.filter(pk=case.pk).update(number=world.jon.phone)
    assert "is resolved already" in dial(as_agent, case, follow=True).content.decode()
    assert not Call.objects.exists()


def test_the_present_number_of_the_customer_is_the_one_that_is_called(world, case):
    new = make_customer("Somebody", world.riverside, fiction(40)).phone
    Customer.objects.filter(pk=world.marta.pk).update(phone=new)
    assert calls.number_of(now(case)) == new


# --- Why this call ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["in_progress", "completed"])
def test_during_and_after_the_call_its_reason_is_on_the_screen(as_agent, world, case, status):
    call = call_for(case, world.agent, status=status)
    pane = as_agent.get(reverse("feedback:wrap_up", args=[call.pk]), **HTMX).content.decode()
    assert f"Why this call: case {case.pk}" in pane and "Nobody rang back." in pane and "NPS 2" in pane
    assert ("id_root_cause" in pane) == (status == "completed")


def test_the_way_to_the_case_is_for_who_may_open_it(as_agent, as_supervisor, as_elsewhere, world, case):
    def has_way(client, call):
        pane = client.get(reverse("feedback:wrap_up", args=[call.pk]), **HTMX).content.decode()
        assert "Why this call" in pane
        return f'href="{reverse("feedback:case", args=[case.pk])}"' in pane

    here = call_for(case, world.agent)
    there = call_for(case, world.agent, location=world.oak_street)
    assert has_way(as_agent, here) and has_way(as_supervisor, here)
    assert not has_way(as_elsewhere, there), "the case is of another location"


def test_a_call_about_no_case_has_nothing_of_it(as_agent, as_colleague, world, case):
    other = ended_call(world.agent, world.jon)
    assert "Why this call" not in as_agent.get(reverse("feedback:wrap_up", args=[other.pk])).content.decode()
    of_colleague = ended_call(world.colleague, world.marta)
    page = as_colleague.get(reverse("feedback:wrap_up", args=[of_colleague.pk])).content.decode()
    assert "Why this call" not in page and "root_cause" not in page


def test_the_owners_next_call_with_the_customer_is_about_it_too(as_agent, world, case):
    again = ended_call(world.agent, world.marta, connected_at=timezone.now() + timedelta(minutes=1))
    assert f"case {case.pk}" in as_agent.get(reverse("feedback:wrap_up", args=[again.pk])).content.decode()


# --- What the wrap-up does --------------------------------------------------------------------


def save_page(client, call, **fields):
    return client.post(reverse("feedback:rating", args=[call.pk]), posted(**fields))


def test_reached_and_with_a_root_cause_the_wrap_up_resolves_it(as_agent, world, case):
    call = call_for(case, world.agent)
    assert save_page(as_agent, call, case_shown=case.pk, root_cause="promise").status_code == 302
    row = now(case)
    assert (row.stage, row.root_cause, row.contact_call) == ("resolved", "promise", call)
    assert [(event.word, event.call, event.by) for event in row.events.all()][-3:] == [
        ("contacted", call, world.agent),
        ("resolved", call, world.agent),
        ("follow_up", None, None),
    ]


def test_reached_without_one_it_stands_as_contacted_since_the_talk(as_agent, world, case):
    call = call_for(case, world.agent, connected_at=timezone.now() + timedelta(seconds=5))
    save_page(as_agent, call, case_shown=case.pk, root_cause="")
    row = now(case)
    assert (row.stage, row.contacted_at) == ("contacted", call.connected_at)
    assert row.sources.get().contacted_at == call.connected_at


@pytest.mark.parametrize(
    "said",
    [{"outcome": "voicemail"}, {"outcome": "wrong_party", "right_party": ""}, {"right_party": "false"}],
    ids=["voicemail", "wrong person", "not the right person"],
)
def test_who_did_not_talk_to_them_leaves_the_case_where_it_stands(as_agent, world, case, said):
    call = call_for(case, world.agent)
    assert save_page(as_agent, call, case_shown=case.pk, root_cause="promise", **said).status_code == 302
    assert now(case).stage == "assigned"


def test_nobody_answered_is_saved_with_one_key_and_can_be_undone(as_agent, world, case):
    call = unanswered_call(world.agent, world.marta)
    calls.link(call, case)
    as_agent.post(reverse("feedback:rating", args=[call.pk]), {"outcome": "no_answer", "case_shown": case.pk})
    as_agent.post(reverse("feedback:undo", args=[call.pk]))
    assert now(case).stage == "assigned" and CaseCall.objects.get().call == call


def test_any_talk_with_the_customer_after_it_opened_stops_its_clock(world, case):
    before = ended_call(world.colleague, world.marta)  # began before the case was opened
    save(before)
    assert now(case).stage == "assigned"
    later = {"created_at": timezone.now(), "connected_at": timezone.now()}
    save(ended_call(world.colleague, world.jon, **later))
    assert now(case).stage == "assigned", "another customer's"
    save(ended_call(world.colleague, world.marta, **later))
    row = now(case)
    assert (row.stage, row.owner) == ("contacted", world.agent), "and it stays its owner's"


def test_one_call_is_one_contact_however_often_it_is_corrected(world, case):
    call = call_for(case, world.agent)
    save(call)
    correct(call, notes="Longer notes")
    assert [event.word for event in case.events.all()].count("contacted") == 1


def test_a_corrected_wrap_up_takes_its_contact_back(world, case):
    call = call_for(case, world.agent)
    save(call)
    correct(call, outcome="voicemail", right_party=None)
    row = now(case)
    assert (row.stage, row.contacted_at, row.first_contact_at) == ("assigned", None, None)
    correct(call)
    assert now(case).stage == "contacted"


def test_a_corrected_wrap_up_opens_what_it_had_resolved_or_says_another_cause(world, case):
    call = call_for(case, world.agent)
    save(call, root_cause="price")
    correct(call, notes="Nothing said of the case")
    assert now(case).root_cause == "price"
    correct(call, root_cause="staff")
    assert (now(case).stage, now(case).root_cause) == ("resolved", "staff")
    correct(call, root_cause="")
    assert (now(case).stage, now(case).root_cause) == ("contacted", "")
    correct(call, root_cause="staff")
    correct(call, outcome="wrong_party", right_party=None)
    assert now(case).stage == "assigned"


def test_what_a_person_closed_since_is_not_opened_by_a_correction(world, case):
    call = call_for(case, world.agent)
    save(call, root_cause="price")
    stages.reopen(case, world.supervisor)
    stages.drop(case, world.supervisor, "Double")
    correct(call, root_cause="staff")
    assert now(case).stage == "dropped"
    stages.reopen(case, world.supervisor)
    stages.resolve(case, world.supervisor, "quality", how="email")
    correct(call, root_cause="")
    assert (now(case).stage, now(case).root_cause) == ("resolved", "quality")


def test_each_call_takes_back_its_own_contact_and_what_else_stands_does(world, case):
    first, second = (call_for(case, world.agent), call_for(case, world.colleague))
    save(first)
    save(second)
    correct(second, outcome="voicemail", right_party=None)
    assert (now(case).stage, now(case).contact_call) == ("contacted", first)
    correct(second)
    correct(first, outcome="voicemail", right_party=None)
    row = now(case)
    assert (row.stage, row.contact_call, row.contacted_at) == ("contacted", second, second.connected_at)
    correct(second, outcome="voicemail", right_party=None)
    assert (now(case).stage, now(case).first_contact_at) == ("assigned", None)


def test_a_wrap_up_is_saved_though_the_case_it_had_resolved_cannot_be_opened_again(world, case):
    call = call_for(case, world.agent)
    save(call, root_cause="price")
    other = case_of(world.riverside, world.marta)
    correct(call, outcome="wrong_party", right_party=None)
    assert call.rating.outcome == "wrong_party" and now(case).stage == "resolved"
    note = case.events.last()
    assert (note.word, note.by, note.call) == ("note", world.agent, call)
    assert note.text.startswith("The wrap-up was corrected: Wrong person") and f"{other} of the same" in note.text


def test_an_old_wrap_up_that_is_corrected_closes_no_case_that_was_reopened_since(world, case):
    call = call_for(case, world.agent)
    save(call, root_cause="price")
    stages.reopen(case, world.supervisor)
    correct(call, notes="Longer notes")
    assert (now(case).stage, CaseCall.objects.get().root_cause) == ("assigned", "")
    correct(call, root_cause="staff")
    assert (now(case).stage, CaseCall.objects.get().root_cause) == ("assigned", "")
    assert case.events.last().text == "A wrap-up of before it was reopened says: How staff behaved. It stays open."
    again = call_for(case, world.agent, connected_at=timezone.now(), ended_at=timezone.now())
    save(again, root_cause="staff")
    assert now(case).stage == "resolved"
    stages.reopen(case, world.supervisor)
    stages.contact(case, world.supervisor, "email")
    correct(again, notes="Said of her before, and of now nothing")
    assert now(case).stage == "contacted"


def test_a_call_of_before_it_was_reopened_stops_no_new_clock_however_late_it_is_wrapped_up(world, case):
    call = call_for(case, world.agent)
    resolved(case, world.agent)
    stages.reopen(case, world.supervisor)
    save(call, root_cause="price")
    assert (now(case).stage, now(case).contacted_at, CaseCall.objects.get().root_cause) == ("assigned", None, "")
    assert case.contacts.get(call=call).is_past and now(case).first_contact_at == began(call)
    stages.contact(case, world.agent, "email")
    correct(call, root_cause="staff")
    assert now(case).stage == "contacted"
    correct(call, outcome="wrong_party", right_party=None)
    assert not case.contacts.filter(call=call).exists() and now(case).stage == "contacted"


def test_such_a_call_gives_a_case_of_nobody_to_nobody(world):
    case = at_hour(case_of(world.riverside, world.marta), 1)
    call = ended_call(world.agent, world.marta)
    stages.drop(case, world.supervisor, "A mistake")
    stages.reopen(case, world.supervisor)
    save(call)
    assert (now(case).stage, now(case).owner) == ("open", None) and case.contacts.get().is_past


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"root_cause": "weather"}, "root_cause"),
        ({"root_cause": "price", "outcome": "voicemail", "right_party": None}, "root_cause"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(api, world, case, said, param):
    call = call_for(case, world.agent)
    body = {"outcome": "reached", "right_party": True, "quality": 5} | said
    answer = api(world.agent).put(f"/api/v1/calls/{call.pk}/rating/", body, format="json")
    assert (answer.status_code, answer.json()["param"]) in ((400, param), (422, param))
    assert now(case).stage == "assigned"


def test_by_api_a_wrap_up_resolves_it_too_and_of_no_case_it_says_so(api, world, case):
    call, other = call_for(case, world.agent), ended_call(world.agent, world.jon)
    body = {"outcome": "reached", "right_party": True, "quality": 5, "root_cause": "price"}
    assert api(world.agent).put(f"/api/v1/calls/{call.pk}/rating/", body, format="json").status_code == 200
    assert now(case).root_cause == "price"
    answer = api(world.agent).put(f"/api/v1/calls/{other.pk}/rating/", body, format="json")
    assert answer.status_code == 422 and answer.json()["message"] == "This call belongs to no case."


def test_what_was_chosen_is_kept_while_the_form_is_not_saved(as_agent, world, case):
    call = call_for(case, world.agent)
    typed = {"root_cause": "staff", "outcome": "reached", "case_shown": case.pk}
    as_agent.post(reverse("feedback:draft", args=[call.pk]), typed)
    page = as_agent.get(reverse("feedback:wrap_up", args=[call.pk])).content.decode()
    assert '<option value="staff" selected>' in page
    answer = save_page(as_agent, call, case_shown=case.pk, root_cause="weather")
    assert answer.status_code == 422 and "is not a root cause" in answer.content.decode()


def test_what_was_chosen_for_one_case_resolves_no_other(as_agent, world, case):
    call = ended_call(world.agent, world.marta, connected_at=timezone.now())
    page = reverse("feedback:wrap_up", args=[call.pk])
    assert f'name="case_shown" value="{case.pk}"' in as_agent.get(page).content.decode()
    typed = {"root_cause": "staff", "outcome": "reached", "case_shown": case.pk, "notes": "As typed"}
    as_agent.post(reverse("feedback:draft", args=[call.pk]), typed)
    other = case_of(world.harbor, world.marta, owner=world.agent)
    Case.objects.filter(pk=other.pk).update(opened_at=case.opened_at, queue_at=case.queue_at - timedelta(days=1))
    assert '<option value="staff" selected>' not in as_agent.get(page).content.decode()
    answer = save_page(as_agent, call, case_shown=case.pk, root_cause="staff", notes="As typed")
    shown = answer.content.decode()
    assert answer.status_code == 422 and f"This call is about {other} by now" in shown and "As typed" in shown
    assert f'name="case_shown" value="{other.pk}"' in shown and '<option value="staff" selected>' not in shown
    assert (now(case).stage, now(other).stage) == ("assigned", "assigned")
    assert save_page(as_agent, call, case_shown=other.pk, root_cause="staff").status_code == 302
    assert (now(case).stage, now(other).stage) == ("contacted", "resolved")


@pytest.mark.parametrize("shown", ["1.5", "x", "", "9" * 40])
def test_a_wrap_up_of_no_case_that_there_is_resolves_none(as_agent, world, case, shown):
    call = call_for(case, world.agent)
    assert save_page(as_agent, call, case_shown=shown, root_cause="staff").status_code == 422
    assert save_page(as_agent, call, case_shown=shown, root_cause="").status_code == 302
    assert now(case).stage == "contacted"


def test_a_form_without_the_field_says_nothing_of_the_case(world, case):
    form = RatingForm({"outcome": "reached", "right_party": True, "quality": 5}, call=call_for(case, world.agent))
    assert form.is_valid() and form.cleaned_data["root_cause"] is None
