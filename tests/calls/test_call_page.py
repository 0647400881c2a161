"""The call page: what its panel says, and what a person may decide."""

import pytest
from django.utils import timezone

from calls.models import CarrierRecord
from customers.access import if_seen
from integrations.models import HookEvent
from tests.world import fiction, make_call, make_number

pytestmark = pytest.mark.django_db


def panel(client, call, seen=""):
    return client.get(f"/calls/{call.pk}/panel/", {"seen": seen}, HTTP_HX_REQUEST="true")


def seen_on(response):
    return response.content.decode().split("seen=")[1].split('"')[0]


def record(call_uuid, number, **fields):
    hook = HookEvent.objects.create(vendor="plivo", event_id=call_uuid, state="unmatched")
    fields = {"to_number": number.lstrip("+"), "started_at": timezone.now(), "seconds": 30} | fields
    return CarrierRecord.objects.create(hook=hook, call_uuid=call_uuid, **fields)


def test_the_page_says_state_person_and_what_happened(world, as_agent):
    call = make_call(world.agent, world.marta, status="ringing", vendor_id="1")
    page = as_agent.get(f"/calls/{call.pk}/")
    assert page.status_code == 200
    for words in ("Marta Oliveira", "Ringing", "What happened", "Customer flags", f"/calls/{call.pk}/wrap-up/"):
        assert words in page.content.decode()


def test_a_panel_that_did_not_change_answers_nothing(world, as_agent):
    call = make_call(world.agent, world.marta, status="ringing")
    first = panel(as_agent, call)
    assert first.status_code == 200
    assert panel(as_agent, call, seen_on(first)).status_code == 204


def test_the_end_of_a_call_is_announced_once(world, as_agent):
    call = make_call(world.agent, world.marta, status="in_progress")
    seen = seen_on(panel(as_agent, call))
    type(call).objects.filter(pk=call.pk).update(status="completed", ended_at=timezone.now())
    ended = panel(as_agent, call, seen)
    assert (
        "call-ended" in ended["HX-Trigger"] and "hx-trigger" not in ended.content.decode().split("callpanel")[1][:200]
    )


def test_the_panel_stops_asking_when_the_call_is_over(world, as_agent):
    call = make_call(world.agent, world.marta, status="completed")
    assert b"every" not in panel(as_agent, call).content


def test_an_uncertain_call_says_so_and_asks_its_agent(world, as_agent):
    call = make_call(world.agent, world.marta, status="uncertain", asked_at=timezone.now())
    page = as_agent.get(f"/calls/{call.pk}/").content.decode()
    assert "We do not know whether it rang" in page and "It did not ring" in page
    as_agent.post(f"/calls/{call.pk}/decision/")
    call.refresh_from_db()
    assert call.status == "uncertain"  # neither yes nor no was said
    as_agent.post(f"/calls/{call.pk}/decision/", {"rang": "no"})
    call.refresh_from_db()
    assert call.status == "refused"


def test_an_uncertain_call_for_a_queue_asks_who_had_it_made(world, as_agent):
    call = make_call(None, world.marta, status="uncertain", kind="incoming", asked_by=world.agent)
    assert "It did not ring" in as_agent.get(f"/calls/{call.pk}/").content.decode()
    as_agent.post(f"/calls/{call.pk}/decision/", {"rang": "no"})
    call.refresh_from_db()
    assert call.status == "refused"


def test_beside_a_bare_number_stand_no_calls_of_other_clients(world, as_agent):
    theirs = make_call(world.elsewhere, location=world.oak_street, number=make_number(fiction(40)))
    ours = make_call(world.colleague, location=world.riverside, number=theirs.number)
    mine = make_call(world.agent, number=theirs.number)
    page = as_agent.get(f"/calls/{mine.pk}/").content.decode()
    assert str(ours.agent) in page and str(theirs.agent) not in page


def test_of_a_customer_who_moved_out_of_sight_the_page_of_ones_own_call_shows_the_number_alone(world, as_agent):
    mine = make_call(world.agent, world.marta)
    theirs = make_call(world.elsewhere, world.marta, location=world.oak_street)
    world.marta.location = world.oak_street
    world.marta.save()
    for path in ("", "planned/"):
        person = as_agent.get(f"/calls/{mine.pk}/{path}").context["person"]
        assert (person.customer, person.number, person.last_calls) == (None, world.marta.phone, [])
    page = as_agent.get(f"/calls/{mine.pk}/").content.decode()
    assert "marta@example.test" not in page and str(theirs.agent) not in page
    assert f"/customers/{world.marta.pk}/" not in page and 'name="customer" value=""' in page


def test_who_sees_all_locations_costs_no_look_at_whom_they_see(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert if_seen(world.admin, world.marta) == world.marta and if_seen(world.agent, None) is None


def test_a_call_the_vendor_never_ends_is_ended_by_its_agent(world, as_agent):
    call = make_call(world.agent, world.marta, status="in_progress", vendor_id="75", connected_at=timezone.now())
    assert "The call is over" in as_agent.get(f"/calls/{call.pk}/").content.decode()
    as_agent.post(f"/calls/{call.pk}/end/")
    call.refresh_from_db()
    assert call.status == "completed" and call.wrap_up_due_at and call.ended_at
    assert call.events.get(word="ended_by_hand").actor == world.agent


def test_a_refused_call_shows_our_sentence_and_the_vendors_words(world, as_agent):
    call = make_call(
        world.agent,
        world.marta,
        status="refused",
        why="You are not available in CCAI.",
        vendor_words="Agent is not available",
    )
    page = as_agent.get(f"/calls/{call.pk}/").content.decode()
    assert "You are not available in CCAI." in page and "Agent is not available" in page and "Try again" in page


def test_a_plivo_id_is_typed_in(world, as_agent):
    call = make_call(world.agent, world.marta)
    as_agent.post(f"/calls/{call.pk}/carrier/", {"carrier_uuid": "b38149eb-b8fe-45d5-85b2-78ee4424788f"})
    call.refresh_from_db()
    assert call.carrier_uuid == "b38149eb-b8fe-45d5-85b2-78ee4424788f" and call.carrier_link == "typed"


def test_a_plivo_id_that_cannot_be_one_is_refused_and_stays_typed(world, as_agent):
    call = make_call(world.agent, world.marta)
    page = as_agent.post(f"/calls/{call.pk}/carrier/", {"carrier_uuid": "<script>"})
    assert page.status_code == 422 and "&lt;script&gt;" in page.content.decode()
    call.refresh_from_db()
    assert call.carrier_uuid == ""


def test_two_carrier_records_that_fit_are_offered_never_chosen(world, as_agent):
    call = make_call(world.agent, world.marta, asked_at=timezone.now(), ended_at=timezone.now())
    one, two = record("aaaaaaaa-1", fiction(1)), record("bbbbbbbb-2", fiction(1))
    page = as_agent.get(f"/calls/{call.pk}/").content.decode()
    assert "Which Plivo call was this?" in page
    as_agent.post(f"/calls/{call.pk}/carrier/", {"record": two.pk})
    call.refresh_from_db()
    assert call.carrier_uuid == "bbbbbbbb-2" and call.carrier_link == "chosen"
    one.refresh_from_db()
    assert one.call is None


def test_a_record_of_another_number_cannot_be_chosen(world, as_agent):
    call = make_call(world.agent, world.marta, asked_at=timezone.now())
    other = record("cccccccc-3", make_number(fiction(50)).e164)
    assert as_agent.post(f"/calls/{call.pk}/carrier/", {"record": other.pk}).status_code == 404


def test_a_ticket_call_is_told_whose_it_was(world, as_agent):
    call = make_call(world.agent, ticket_id="T1001")
    found = as_agent.post(f"/calls/{call.pk}/customer/", {"who": "marta"}, HTTP_HX_REQUEST="true")
    assert b"Marta Oliveira" in found.content
    as_agent.post(f"/calls/{call.pk}/customer/", {"customer": world.marta.pk})
    call.refresh_from_db()
    assert call.customer == world.marta and call.number == world.marta.phone


def test_a_customer_elsewhere_is_not_picked(world, as_agent):
    call = make_call(world.agent, ticket_id="T1001")
    as_agent.post(f"/calls/{call.pk}/customer/", {"customer": world.oskar.pk})
    call.refresh_from_db()
    assert call.customer is None


@pytest.mark.parametrize("path", ["", "panel/", "facts/", "flags/", "customer/"])
def test_somebody_elses_call_is_not_found(world, as_stranger, as_elsewhere, as_colleague, path):
    call = make_call(world.agent, world.marta)
    for client in (as_stranger, as_elsewhere, as_colleague):
        assert client.get(f"/calls/{call.pk}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["flags/set/", "carrier/", "decision/", "end/", "customer/"])
def test_somebody_elses_call_is_not_changed(world, as_stranger, as_elsewhere, path):
    call = make_call(world.agent, world.marta)
    for client in (as_stranger, as_elsewhere):
        assert client.post(f"/calls/{call.pk}/{path}").status_code == 404


def test_flags_are_sent_at_once_while_talking(world, as_agent):
    call = make_call(world.agent, world.marta, status="in_progress", vendor_id="77")
    page = as_agent.post(f"/calls/{call.pk}/flags/set/", {"flag": ["verified_customer"]}, HTTP_HX_REQUEST="true")
    assert page.status_code == 200 and b"Waiting" in page.content
    call.refresh_from_db()
    assert call.verified_customer is True
    assert call.flag_legs.get().delivery.payload


def test_text_from_outside_is_only_text(world, as_agent):
    call = make_call(
        world.agent, world.marta, vendor_words="<img src=x onerror=alert(1)>", fail_reason="<b>x</b>", status="failed"
    )
    page = as_agent.get(f"/calls/{call.pk}/").content.decode()
    assert "<img src=x" not in page and "<b>x</b>" not in page


def test_a_recovered_call_and_its_call_back_link_to_each_other(world, as_agent, as_supervisor):
    parent = make_call(world.agent, world.marta, status="completed", vendor_status="recovered")
    child = make_call(world.agent, world.marta, status="completed", parent=parent)
    for client in (as_agent, as_supervisor):
        above, below = (client.get(f"/calls/{call.pk}/").content.decode() for call in (parent, child))
        assert "Recovered by" in above and f'href="/calls/{child.pk}/"' in above
        assert "Follows" in below and f'href="/calls/{parent.pk}/"' in below
        assert "Follows" not in above and "Recovered by" not in below


def test_a_call_of_the_chain_that_is_out_of_sight_is_not_linked(world, as_agent):
    parent = make_call(world.elsewhere, world.oskar, status="failed", location=world.oak_street)
    child = make_call(world.agent, world.marta, status="completed", parent=parent)
    assert "Follows" not in as_agent.get(f"/calls/{child.pk}/").content.decode()
