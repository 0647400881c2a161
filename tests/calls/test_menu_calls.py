"""Having CCAI call somebody for a queue, now or at a time: the page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.models import Call
from tests.world import fiction, make_call

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/desk/ccai/"


def dials(sandbox):
    return [one for one in sandbox.requests(vendor="ccai", path="/apps/api/v1/calls") if one["method"] == "POST"]


def noon(days=7):
    """Noon by the agent's clock (UTC) some days on, as the field sends it: morning in New York."""
    return f"{timezone.now() + timedelta(days=days):%Y-%m-%d}T17:00"


def asked(whom, **more):
    return {"intent": "press", "customer": whom.pk, "kind": "incoming", "menu": "12", "lang": "en"} | more


def test_the_menus_of_the_tenant_are_offered_and_doubtful_ones_apart(as_agent, sandbox, world):
    page = as_agent.get(f"{PAGE}?customer={world.marta.pk}").content.decode()
    assert "Marta Oliveira" in page and "Front Desk" in page
    assert "CCAI may refuse these" in page and "agents" in page


def test_a_call_for_a_queue_rings_the_customer_and_is_nobodys(as_agent, sandbox, world):
    answer = as_agent.post(PAGE, asked(world.marta))
    call = Call.objects.get()
    assert answer.url == f"/calls/{call.pk}/"
    assert (call.kind, call.agent, call.asked_by, call.menu_name) == ("incoming", None, world.agent, "Front Desk")
    page = as_agent.get(answer.url).content.decode()
    assert "through the menu Front Desk" in page and "asked for by Ada Agent" in page
    assert len(dials(sandbox)) == 1


def test_a_call_at_a_time_waits_and_says_that_it_cannot_be_recalled(as_agent, sandbox, world):
    answer = as_agent.post(PAGE, asked(world.marta, kind="scheduled", menu="30", scheduled_at=noon()))
    call = Call.objects.get()
    assert (call.status, call.kind) == ("scheduled", "scheduled")
    assert f"{call.scheduled_at:%Y-%m-%dT%H:%M}" == noon()
    assert "cannot move or cancel it" in as_agent.get(answer.url).content.decode()


def test_nobody_is_said_to_be_on_a_call_of_which_nobody_knows_whether_it_rang(as_agent, sandbox, world):
    make_call(world.colleague, world.marta, status="uncertain", asked_at=timezone.now())
    page = as_agent.post(PAGE, asked(world.marta)).content.decode()
    assert "We do not know yet whether the last call to this number rang" in page
    assert "is on a call with this number" not in page


def test_one_that_follows_a_call_needs_no_menu(as_agent, sandbox, world):
    parent = make_call(world.agent, world.marta, vendor_id="515")
    as_agent.post(f"{PAGE}?parent={parent.pk}", asked(world.marta, kind="scheduled", menu="", scheduled_at=noon()))
    call = Call.objects.exclude(pk=parent.pk).get()
    assert call.parent == parent
    (dial,) = dials(sandbox)
    assert dial["body"]["call_id"] == 515 and "menu_id" not in dial["body"]


def test_a_typed_menu_and_a_ticket_go_out(as_agent, sandbox, world):
    as_agent.post(PAGE, asked(world.marta, menu="", menu_typed="12", ticket="T1001", recording_permission="denied"))
    body = dials(sandbox)[0]["body"]
    assert (body["menu_id"], body["ticket_id"], body["end_user_number"]) == (12, "T1001", fiction(1))
    assert body["recording_permission"] == "recording_permission_denied"


@pytest.mark.parametrize(
    ("field", "said", "words"),
    [
        ("menu", {"menu": ""}, "Choose a menu"),
        ("menu_typed", {"menu": "", "menu_typed": "abc"}, "whole number"),
        ("scheduled_at", {"kind": "scheduled", "menu": "30"}, "Choose a time in the future"),
        ("scheduled_at", {"kind": "scheduled", "menu": "30", "scheduled_at": noon(-2)}, "Choose a time in the future"),
        ("scheduled_at", {"kind": "scheduled", "menu": "30", "scheduled_at": "soon"}, "a date and a clock time"),
        ("who", {"customer": "", "who": "911"}, "Emergency"),
        ("who", {"customer": "", "who": "#T1001"}, "CCAI needs the number as well"),
        ("lang", {"lang": "english please"}, "valid"),
        ("kind", {"kind": "sideways"}, "on the list"),
        ("recording_permission", {"recording_permission": "perhaps"}, "on the list"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(as_agent, sandbox, world, field, said, words):
    page = as_agent.post(PAGE, asked(world.marta, **said))
    assert page.status_code == 422
    assert words in " ".join(page.context["form"].errors[field])
    assert not Call.objects.exists() and not dials(sandbox)


def test_what_ccai_refuses_is_told_in_both_words(as_agent, sandbox, world):
    answer = as_agent.post(PAGE, asked(world.marta, menu="10"), follow=True)
    page = answer.content.decode()
    assert "This menu is closed at this hour" in page and "after hours" in page


def test_without_ccais_list_the_menus_id_can_still_be_written(as_agent, sandbox, world):
    sandbox.fault("ccai", path="menus", kind="status", status=500, count=9)
    page = as_agent.get(f"{PAGE}?customer={world.marta.pk}").content.decode()
    assert "You can write the menu" in page and 'name="menu_typed"' in page


def test_the_same_press_twice_rings_once(as_agent, sandbox, world):
    assert as_agent.post(PAGE, asked(world.marta)).url == as_agent.post(PAGE, asked(world.marta)).url
    assert len(dials(sandbox)) == 1


def test_a_number_somebody_is_on_is_not_rung(as_agent, as_colleague, sandbox, world):
    make_call(world.colleague, world.marta, status="in_progress")
    page = as_agent.post(PAGE, asked(world.marta))
    assert page.status_code == 422 and "Cleo Colleague" in page.content.decode()
    assert not dials(sandbox)


def test_a_call_and_a_customer_out_of_sight_are_not_found(as_elsewhere, world):
    parent = make_call(world.agent, world.marta)
    assert as_elsewhere.get(f"{PAGE}?parent={parent.pk}").status_code == 404
    assert as_elsewhere.get(f"{PAGE}?customer={world.marta.pk}").status_code == 404
