"""The desk: find somebody, see who it is, dial once."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from calls.models import Call
from customers.models import Customer, DoNotCall, PhoneNumber
from integrations.models import Connection
from tests.world import fiction, make_call, make_customer, make_number

pytestmark = pytest.mark.django_db(transaction=True)


def dials(sandbox):
    return [one for one in sandbox.requests(vendor="ccai", path="/calls") if one["method"] == "POST"]


def intent_on(page):
    return re.search(rb'name="intent" value="(\w+)"', page.content)[1].decode()


def test_a_customer_is_found_by_a_part_of_the_name(as_agent):
    page = as_agent.post("/desk/search/", {"who": "olive"}, HTTP_HX_REQUEST="true")
    assert b"Marta Oliveira" in page.content and b"Jon Bell" not in page.content


def test_a_customer_is_found_by_number_and_by_mail(as_agent):
    for text in ("212 555 0101", "marta@exam"):
        assert b"Marta Oliveira" in as_agent.post("/desk/search/", {"who": text}, HTTP_HX_REQUEST="true").content


def test_nobody_of_another_location_is_found(as_agent):
    assert b"Oskar" not in as_agent.post("/desk/search/", {"who": "Oskar"}, HTTP_HX_REQUEST="true").content


def test_a_typed_number_and_a_ticket_are_offered_to_call(as_agent):
    assert (
        b"Call +1 212-555-0177" in as_agent.post("/desk/search/", {"who": "2125550177"}, HTTP_HX_REQUEST="true").content
    )
    assert b"Call by ticket T1001" in as_agent.post("/desk/search/", {"who": "T1001"}, HTTP_HX_REQUEST="true").content


def test_search_works_without_javascript(as_agent):
    page = as_agent.post("/desk/search/", {"who": "olive"})
    assert b"<html" in page.content and b"Marta Oliveira" in page.content


def test_the_desk_shows_who_it_is_beside_the_dial_button(world, as_agent):
    make_call(world.agent, world.marta, status="no_answer")
    page = as_agent.get(f"/desk/customers/{world.marta.pk}/")
    for words in (b"Marta Oliveira", b"+1 212-555-0101", b"Local time", b"Number health", b"No answer", b"Riverside"):
        assert words in page.content


def test_a_customer_of_another_location_is_not_found(world, as_agent, as_elsewhere):
    assert as_agent.get(f"/desk/customers/{world.oskar.pk}/").status_code == 404
    assert as_elsewhere.get(f"/desk/customers/{world.marta.pk}/").status_code == 404


def test_one_click_places_the_call_and_shows_its_page(world, as_agent, sandbox):
    page = as_agent.get(f"/desk/customers/{world.marta.pk}/")
    answer = as_agent.post("/desk/dial/", {"customer": world.marta.pk, "intent": intent_on(page), "lang": "en"})
    call = Call.objects.get()
    assert answer.status_code == 302 and answer.url == f"/calls/{call.pk}/"
    assert call.customer == world.marta and call.location == world.riverside and call.vendor_id
    assert b"Marta Oliveira" in as_agent.get(answer.url).content


def test_a_customers_own_language_is_offered_and_sent(world, as_agent, sandbox):
    world.marta.language = "el"
    world.marta.save()
    page = as_agent.get(f"/desk/customers/{world.marta.pk}/").content.decode()
    assert '<option value="el" selected>Greek</option>' in page
    as_agent.post("/desk/dial/", {"customer": world.marta.pk, "lang": "el"})
    assert dials(sandbox)[0]["body"]["lang"] == "el"


def test_enter_on_a_typed_number_calls_it(world, as_agent, sandbox):
    answer = as_agent.post("/desk/dial/", {"who": "(212) 555-0130", "lang": "en"})
    assert answer.status_code == 302
    assert Call.objects.get().number.e164 == fiction(30)


def test_a_ticket_calls_without_a_number(world, as_agent, sandbox):
    answer = as_agent.post("/desk/dial/", {"who": "#T1001", "lang": "en"})
    assert answer.status_code == 302
    call = Call.objects.get()
    assert call.ticket_id == "T1001" and call.number is None
    assert b"Say who this call was with" in as_agent.get(answer.url).content


def test_a_ticket_that_does_not_exist_is_told_in_words(world, as_agent, sandbox):
    answer = as_agent.post("/desk/dial/", {"who": "#nosuchticket", "lang": "en"}, follow=True)
    assert Call.objects.get().status == "refused"
    assert "Contact not found" in answer.content.decode()


@pytest.mark.parametrize(
    "who",
    [
        "",
        "hello",
        "911",
        "112",
        "+1 212 555",
        "+1 212 555 0130 4444 5555 6666",
        "+999 123 456 789",
        "1-800-FLOWERS-NOW-PLEASE",
    ],
)
def test_what_cannot_be_dialled_is_said_and_stays_typed(as_agent, sandbox, who):
    page = as_agent.post("/desk/dial/", {"who": who, "lang": "en"})
    assert page.status_code == 422
    assert b"aria-invalid" in page.content and who in page.content.decode()
    assert not Call.objects.exists() and not dials(sandbox)


def test_the_same_form_twice_dials_once(world, as_agent, sandbox):
    page = as_agent.get(f"/desk/customers/{world.marta.pk}/")
    form = {"customer": world.marta.pk, "intent": intent_on(page), "lang": "en"}
    assert as_agent.post("/desk/dial/", form).url == as_agent.post("/desk/dial/", form).url
    assert len(dials(sandbox)) == 1


def test_two_tabs_land_on_the_same_call(world, as_agent, sandbox):
    forms = [intent_on(as_agent.get(f"/desk/customers/{world.marta.pk}/")) for _ in range(2)]
    assert forms[0] != forms[1]
    urls = {
        as_agent.post("/desk/dial/", {"customer": world.marta.pk, "intent": one, "lang": "en"}).url for one in forms
    }
    assert len(urls) == 1 and len(dials(sandbox)) == 1


@pytest.mark.both
def test_twenty_presses_at_the_same_moment_dial_once(world, as_agent, sandbox):
    form = {"customer": world.marta.pk, "intent": "pressed", "lang": "en"}
    ready, urls = threading.Barrier(20), []

    def press():
        client = Client()
        client.cookies = as_agent.cookies
        ready.wait()
        urls.append(client.post("/desk/dial/", form).url)
        connection.close()

    presses = [threading.Thread(target=press) for _ in range(20)]
    [one.start() for one in presses]
    [one.join() for one in presses]
    assert len(urls) == 20 and len(set(urls)) == 1
    assert Call.objects.count() == 1 and len(dials(sandbox)) == 1


def form_again(client, call):
    """What the button “Call again” of a call's page posts."""
    page = client.get(f"/calls/{call.pk}/panel/").content.decode()
    form = page.split('action="/desk/dial/"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)), page


def test_call_again_rings_what_the_panel_shows_for_the_customer_it_was_tied_to(world, as_agent, sandbox):
    other = make_number(fiction(77))
    call = make_call(world.agent, world.marta, number=other, provider="ccai")
    form, panel = form_again(as_agent, call)
    assert "+1 212-555-0177" in panel
    as_agent.post("/desk/dial/", form)
    again = Call.objects.exclude(pk=call.pk).get()
    assert (again.customer, again.number) == (world.marta, other)
    assert dials(sandbox)[0]["body"]["end_user_number"] == fiction(77)


def test_call_again_needs_no_number_of_the_customers_own(world, as_agent, sandbox):
    nobody = make_customer("Without Number", world.riverside)
    call = make_call(world.agent, nobody, number=make_number(fiction(77)))
    assert as_agent.post("/desk/dial/", form_again(as_agent, call)[0]).status_code == 302
    assert Call.objects.exclude(pk=call.pk).get().number.e164 == fiction(77)


def test_call_again_calls_a_ticket_by_its_ticket(world, as_agent, sandbox):
    call = make_call(world.agent, world.marta, ticket_id="T1001")
    as_agent.post("/desk/dial/", form_again(as_agent, call)[0])
    again = Call.objects.exclude(pk=call.pk).get()
    assert (again.customer, again.ticket_id) == (world.marta, "T1001")
    body = dials(sandbox)[0]["body"]
    assert body["ticket_id"] == "T1001" and "end_user_number" not in body


@pytest.mark.parametrize(("what", "shown"), [("+12125550177", "Call +1 212-555-0177"), ("#T1", "Call by ticket T1")])
def test_what_is_rung_for_a_customer_outlasts_a_refusal(world, as_agent, sandbox, what, shown):
    world.agent.ccai_email = ""
    world.agent.save()
    page = as_agent.post("/desk/dial/", {"customer": world.marta.pk, "ring": what, "lang": "en"})
    assert page.status_code == 422 and not dials(sandbox)
    assert f'name="ring" value="{what}"' in page.content.decode() and shown in page.content.decode()


def test_a_number_on_the_do_not_call_list_is_refused_in_one_sentence(world, as_agent, sandbox):
    DoNotCall.objects.create(number=world.marta.phone, by=world.admin)
    page = as_agent.post("/desk/dial/", {"customer": world.marta.pk, "lang": "en"})
    assert page.status_code == 422 and b"do-not-call list" in page.content
    assert not dials(sandbox)


def test_a_colleague_on_the_number_is_named(world, as_agent, sandbox):
    make_call(world.colleague, world.marta, status="in_progress")
    page = as_agent.post("/desk/dial/", {"customer": world.marta.pk, "lang": "en"})
    assert page.status_code == 422 and b"Cleo Colleague" in page.content
    assert not dials(sandbox)


def test_nobody_is_said_to_be_on_a_call_of_which_nobody_knows_whether_it_rang(world, as_agent, sandbox):
    make_call(world.colleague, world.marta, status="uncertain", asked_at=timezone.now())
    page = as_agent.post("/desk/dial/", {"customer": world.marta.pk, "lang": "en"}).content.decode()
    assert "We do not know yet whether the last call to this number rang" in page
    assert "is on a call with this number" not in page
    assert not dials(sandbox)


def test_the_chosen_caller_id_is_remembered(world, as_agent, sandbox):
    Connection.objects.filter(vendor="ccai").update(caller_ids=[fiction(90), fiction(91)])
    as_agent.post("/desk/dial/", {"customer": world.marta.pk, "outbound_number": fiction(91), "lang": "en"})
    world.agent.refresh_from_db()
    assert world.agent.default_caller_id == fiction(91)
    assert Call.objects.get().outbound_number == fiction(91)


def test_the_desk_asks_the_database_as_often_with_many_as_with_few(
    world, as_agent, django_assert_num_queries, django_assert_max_num_queries
):
    make_call(world.agent, world.marta)
    as_agent.get("/desk/")
    with django_assert_max_num_queries(16) as few:
        as_agent.get("/desk/")
    for _ in range(15):
        make_call(world.agent, world.jon)
    with django_assert_num_queries(len(few)):
        as_agent.get("/desk/")


def test_nobody_is_up_next_who_should_not_be_called(world, as_agent):
    now = timezone.now()
    never = ["Opted Out", "Dead Number", "Wrong Person", "Not To Be Called", "At CCAI"]
    names = [*never, "No More At CCAI", "Good Number"]
    for last_two, name in enumerate(names, start=60):
        make_customer(name, world.riverside, fiction(last_two), opted_out_at=now if name == "Opted Out" else None)
    PhoneNumber.objects.filter(customers__name="Dead Number").update(disconnected_at=now)
    PhoneNumber.objects.filter(customers__name="Wrong Person").update(wrong_party_at=now)
    DoNotCall.objects.create(number=PhoneNumber.objects.get(customers__name="Not To Be Called"), by=world.admin)
    PhoneNumber.objects.filter(customers__name__endswith="At CCAI").update(ccai_blocked_at=now - timedelta(days=9))
    over = PhoneNumber.objects.filter(customers__name="No More At CCAI")
    over.update(ccai_blocked_until=now - timedelta(days=1))
    up_next = [row.name for row in as_agent.get("/desk/").context["up_next"]]
    assert {"Good Number", "No More At CCAI"} <= set(up_next)
    assert not set(never) & set(up_next)
    gone = Customer.objects.get(name="No More At CCAI")
    assert "On CCAI’s own list" not in as_agent.get(f"/desk/customers/{gone.pk}/").content.decode()


def test_whom_the_hour_forbids_comes_after_whom_it_allows_and_says_from_when(world, as_agent, settings, monkeypatch):
    settings.CALLING_HOURS = ("08:00", "21:00")
    night = datetime(2026, 11, 26, 9, 11, tzinfo=UTC)  # 04:11 in New York
    for number in range(3):
        make_customer(f"Asleep {number}", world.riverside, fiction(50 + number))
    make_customer("Awake", world.riverside, fiction(60), time_zone="Asia/Tokyo")
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: night)
        page = as_agent.get("/desk/")
        found = as_agent.post("/desk/search/", {"who": "Asleep 1"}, HTTP_HX_REQUEST="true").content.decode()
        beside = as_agent.get(f"/desk/customers/{world.marta.pk}/").content.decode()
        listed = as_agent.get("/customers/").content.decode()
    up_next = page.context["up_next"]
    assert up_next[0].name == "Awake" and {row.ruling.is_allowed for row in up_next[1:]} == {False}
    assert page.content.decode().count("Callable from 08:00 their time (in 3 h 49 min)") == len(up_next) - 1
    for shown in (found, beside, listed):
        assert "Callable from 08:00 their time (in 3 h 49 min)" in shown


def test_the_desk_is_for_people_who_signed_in(client):
    assert client.get("/desk/").status_code == 302
