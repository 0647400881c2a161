"""Voicemails wait on the desk until somebody has heard them."""

import pytest
from django.utils import timezone

from calls.models import Call
from calls.services import apply_report
from integrations.contracts import CallReport
from tests.world import make_call

pytestmark = pytest.mark.django_db


def left(customer, **more):
    """A voicemail in a queue, as the vendor tells of it."""
    call = make_call(None, customer, status="queued", kind="incoming", vendor_id=f"v{Call.objects.count()}")
    told = {"recording_url": "https://ccai.example.test/r/1", **more}
    for status in ("deflected", "voicemail", "voicemail_received"):
        raw = told | {"id": call.vendor_id, "status": status}
        apply_report(call, CallReport(vendor_id=call.vendor_id, status=status, at=timezone.now(), raw=raw))
    call.refresh_from_db()
    return call


def test_one_waits_with_its_age_until_it_is_heard(as_agent, as_supervisor, world):
    call = left(world.marta)
    for client in (as_agent, as_supervisor):
        page = client.get("/voicemails/").content.decode()
        assert "Marta Oliveira" in page and "https://ccai.example.test/r/1" in page and "<time datetime" in page
    as_agent.post(f"/voicemails/{call.pk}/heard/")
    call.refresh_from_db()
    assert (call.status, call.vendor_status) == ("voicemail", "voicemail_read")
    assert "Marta" not in as_supervisor.get("/voicemails/").content.decode()
    assert call.events.filter(word="heard", actor=world.agent).exists()


def test_the_vendors_own_read_ends_it_too_and_it_never_comes_back(as_agent, world):
    call = left(world.marta)
    apply_report(call, CallReport(vendor_id=call.vendor_id, status="voicemail_read", at=timezone.now()))
    apply_report(call, CallReport(vendor_id=call.vendor_id, status="voicemail_received", at=timezone.now()))
    assert "Marta" not in as_agent.get("/voicemails/").content.decode()


def test_one_of_an_unknown_caller_waits_for_supervisors(as_agent, as_supervisor, world):
    call = left(None)
    assert "Unknown caller" in as_supervisor.get("/voicemails/").content.decode()
    assert as_supervisor.post(f"/voicemails/{call.pk}/heard/").status_code == 302
    assert as_agent.post(f"/voicemails/{left(None).pk}/heard/").status_code == 404


def test_another_location_neither_sees_nor_hears_it(as_elsewhere, as_stranger, world):
    call = left(world.marta)
    for client in (as_elsewhere, as_stranger):
        assert "Marta" not in client.get("/voicemails/").content.decode()
        assert client.post(f"/voicemails/{call.pk}/heard/").status_code == 404


def test_one_or_eight_cost_the_same_and_an_odd_address_is_no_link(as_agent, world, django_assert_num_queries):
    left(world.marta, recording_url="javascript:alert(1)")
    with django_assert_num_queries(3):
        page = as_agent.get("/voicemails/", HTTP_HX_REQUEST="true").content.decode()
    assert "javascript" not in page
    for _ in range(7):
        left(world.jon)
    with django_assert_num_queries(3):
        as_agent.get("/voicemails/", HTTP_HX_REQUEST="true")
