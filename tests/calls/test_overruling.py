"""A supervisor has a refused call dialled all the same, with a reason; an agent is told whom to ask."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from calls.choices import CallStatus
from calls.models import Call
from calls.services import DialRefused, OpenCall, place
from customers.services import add_do_not_call
from tests.calls.conftest import words_of
from tests.conftest import signed_in
from tests.world import fiction, make_call, make_number, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wrong(world):
    """Marta's number, where somebody else answered."""
    number = world.marta.phone
    number.wrong_party_at = number.reached_at = timezone.now()
    number.save()
    return number


@pytest.fixture
def supervisor(world):
    world.supervisor.ccai_email = "agent@demo.test"
    world.supervisor.save()
    return world.supervisor


def refused(user, **what):
    with pytest.raises(DialRefused) as caught:
        place(user, intent="one", **what)
    return caught.value


def test_an_agent_is_told_whom_to_ask(world, wrong, agent):
    said = refused(agent, customer=world.marta)
    assert said.ask == "Sam Supervisor can have it dialled all the same." and said.ask in str(said)
    assert not Call.objects.exists()


def test_where_nobody_supervises_the_location_an_admin_is_named(world, wrong, agent):
    world.riverside.members.remove(world.supervisor)
    assert refused(agent, customer=world.marta).ask.startswith("Ana Admin can")


def test_a_reason_is_not_an_agents_to_give(world, wrong, agent, dials):
    said = refused(agent, customer=world.marta, override="they wrote me")
    assert [refusal.code for refusal in said.refusals] == ["wrong_party", "override"] and not dials()


def test_a_supervisors_reason_dials_and_is_kept_on_the_call_and_in_the_history(world, wrong, supervisor, dials):
    call = place(supervisor, intent="one", customer=world.marta, override="  She wrote that she is back ")
    assert call.override_reason == "She wrote that she is back" and len(dials()) == 1
    assert "overridden" in words_of(call)
    entry = AuditEntry.objects.get(deed="dialled all the same")
    assert entry.reason == "She wrote that she is back" and entry.changes["wrong_party"][1] == "overruled"


def test_a_reason_that_was_not_needed_is_not_kept(world, supervisor, dials):
    call = place(supervisor, intent="one", customer=world.jon, override="just in case")
    assert call.override_reason == "" and not AuditEntry.objects.filter(deed="dialled all the same").exists()


@pytest.mark.parametrize("never", ["do_not_call", "opted_out"])
def test_no_reason_opens_what_the_customer_closed(world, wrong, supervisor, dials, never):
    if never == "do_not_call":
        add_do_not_call(wrong, None, world.admin)
    else:
        world.marta.opted_out_at = timezone.now()
        world.marta.save()
    said = refused(supervisor, customer=world.marta, override="but I want to")
    assert [refusal.code for refusal in said.refusals] == [never] and not said.may_override and not dials()


def test_a_colleague_on_the_number_is_never_overruled(world, wrong, supervisor):
    make_call(world.colleague, world.marta, status=CallStatus.RINGING)
    with pytest.raises(OpenCall):
        place(supervisor, intent="one", customer=world.marta, override="let me in")


def test_the_page_asks_a_supervisor_for_the_reason_and_loses_nothing(world, wrong, supervisor, sandbox, dials):
    client = signed_in(supervisor)
    posted = {"intent": "abc", "customer": world.marta.pk, "lang": "pt", "outbound_number": ""}
    first = client.post("/desk/dial/", posted)
    page = first.content.decode()
    assert first.status_code == 422 and "Dial all the same" in page and "Somebody else, not Marta Oliveira" in page
    assert ("lang", "pt") in first.context["overruling"].kept
    again = client.post("/desk/dial/", posted | {"override": " "})
    assert again.status_code == 422 and "Say why it is dialled all the same." in again.content.decode()
    client.post("/desk/dial/", posted | {"override": "She asked for it by mail"})
    call = Call.objects.get()
    assert (call.override_reason, call.lang, len(dials())) == ("She asked for it by mail", "pt", 1)
    shown = client.get(f"/calls/{call.pk}/").content.decode()
    assert "Dialled all the same" in shown and "She asked for it by mail" in shown


def test_the_number_rung_for_a_customer_is_the_one_dialled_all_the_same(world, supervisor, sandbox, dials):
    other = make_number(fiction(77))
    other.wrong_party_at = other.reached_at = timezone.now()
    other.save()
    client = signed_in(supervisor)
    posted = {"intent": "abc", "customer": world.marta.pk, "ring": other.e164, "lang": "en"}
    kept = dict(client.post("/desk/dial/", posted).context["overruling"].kept)
    client.post("/desk/dial/", kept | {"override": "She asked for it by mail"})
    call = Call.objects.get()
    assert (call.customer, call.number, len(dials())) == (world.marta, other, 1)


def test_the_page_of_an_agent_has_no_such_button(world, wrong, agent):
    answer = signed_in(agent).post("/desk/dial/", {"customer": world.marta.pk})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Sam Supervisor can have it dialled all the same." in page
    assert "Dial all the same" not in page and answer.context["overruling"] is None


def test_a_supervisor_is_offered_nothing_where_nothing_can_be_overruled(world, wrong, supervisor):
    add_do_not_call(wrong, None, world.admin)
    answer = signed_in(supervisor).post("/desk/dial/", {"customer": world.marta.pk})
    assert answer.context["overruling"] is None and answer.status_code == 422


def test_by_rest_the_reason_is_the_key_override(world, wrong, supervisor, api, dials):
    body = {"customer": world.marta.pk}
    mine = make_user(locations=[world.riverside], ccai_email="agent3@demo.test")
    answer = api(mine).post("/api/v1/calls/", body | {"override": "me too"}, format="json")
    assert (answer.status_code, answer.json()["param"]) == (422, "wrong_party")
    answer = api(mine).post("/api/v1/calls/", body, format="json")
    assert answer.json()["message"].endswith("Sam Supervisor can have it dialled all the same.")
    answer = api(supervisor).post("/api/v1/calls/", body | {"override": "She is back"}, format="json")
    assert answer.status_code == 201 and answer.json()["override_reason"] == "She is back" and len(dials()) == 1
