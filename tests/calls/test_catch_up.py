"""`sync calls`: what the tail was not there to see is read from CCAI's list of changes."""

import pytest

from calls.choices import CallStatus
from calls.models import Call
from calls.services import place
from integrations import sync
from integrations.choices import SyncState
from integrations.sync import work
from tests.world import fiction

pytestmark = pytest.mark.django_db(transaction=True)
BUSY = fiction(61)


def read():
    return work.go(sync.plan_of("calls"))


def test_calls_that_ended_while_nobody_looked_are_caught_up_with(agent, sandbox):
    call = place(agent, intent="one", to=BUSY)
    sandbox.advance(2)
    run = read()
    assert (run.state, run.updated, Call.objects.get(pk=call.pk).status) == (SyncState.COMPLETE, 1, CallStatus.BUSY)
    again = read()
    assert (again.state, again.updated, again.requests) == (SyncState.COMPLETE, 0, 1)


def test_without_a_call_of_ours_nothing_of_the_tenants_past_is_read(world, sandbox):
    run = read()
    assert (run.state, run.fetched, run.requests) == (SyncState.COMPLETE, 0, 1)


def test_a_tenant_that_is_not_found_pauses_the_connection_and_the_list(agent, sandbox):
    place(agent, intent="one", to=BUSY)
    sandbox.fault("ccai", kind="status", status=404, path="/manager")
    run = read()
    assert run.state == SyncState.PAUSED and "check the subdomain" in run.reason
    with pytest.raises(sync.CannotRun):
        read()
