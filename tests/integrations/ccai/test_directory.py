"""Menus and agents of a tenant: read leniently, kept with their age, and nobody waits for them."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from integrations import doorbell, tasks
from integrations.ccai import directory, reports
from integrations.contracts import MenuReport
from integrations.models import Connection

MENUS = [
    {"id": 1, "name": "Sales", "menu_type": "ivr_menu", "parent_id": None, "hidden": False, "deleted": False},
    {"id": 2, "name": "Renewals", "menu_type": "web_menu", "parent_id": 1, "hidden": "true", "deleted": None},
]


@pytest.fixture
def rung(monkeypatch):
    calls = []
    monkeypatch.setattr(doorbell, "read_directories", lambda: calls.append(1))
    return calls


# --- Reading ---------------------------------------------------------------------------------------


def test_menus_are_told_with_their_parents_names(ccai, vendor_server):
    vendor_server.answer(200, MENUS)
    sales, renewals = ccai.menus()
    assert (sales.path, renewals.path) == ("Sales", "Sales / Renewals")
    assert (renewals.menu_type, renewals.is_hidden, renewals.is_deleted) == ("web_menu", True, False)
    assert vendor_server.received[0]["path"] == "/manager/api/v1/menus" and len(vendor_server.received) == 1


def test_a_parent_that_the_list_lacks_is_found_in_the_tree(ccai, vendor_server):
    tree = [{"id": 1, "name": "Sales", "children": [{"id": 2, "name": "Renewals"}, {"id": 3, "name": "New"}]}]
    vendor_server.answer(200, MENUS[1:], Link='<x>; rel="last"').answer(200, tree)
    assert {menu.vendor_id: menu.path for menu in ccai.menus()} == {
        "1": "Sales",
        "2": "Sales / Renewals",
        "3": "Sales / New",
    }
    assert [seen["path"] for seen in vendor_server.received] == ["/manager/api/v1/menus", "/manager/api/v1/menus/tree"]


def test_menus_in_a_circle_and_rows_that_are_none_end():
    circle = [MenuReport("1", "A", "A", parent_id="2"), MenuReport("2", "B", "B", parent_id="1")]
    assert [menu.path for menu in reports.with_paths(circle)] == ["B / A", "A / B"]
    assert [row["id"] for row in reports.flat([{"id": 1, "children": [{"id": 2, "children": "none"}]}])] == [1, 2]
    assert list(reports.flat({"menus": []})) == []
    assert reports.each([None, {}, {"id": 7}], reports.menu_report)[0].name == "Menu 7"


# --- Offering ----------------------------------------------------------------------------------------


def listed(*types):
    rows = [MenuReport(str(n), kind or "none", kind or "none", menu_type=kind) for n, kind in enumerate(types, 1)]
    return directory.Listed(tuple(rows), timezone.now())


@pytest.mark.parametrize(("kind", "fitting"), [("incoming", ["ivr_menu"]), ("scheduled", ["mobile_menu", "web_menu"])])
def test_a_menu_that_may_be_refused_is_offered_with_a_warning_behind_the_others(kind, fitting):
    found = directory.choices(listed("web_menu", "", "ivr_menu", "mobile_menu"), kind)
    assert [choice.menu.menu_type for choice in found if not choice.warning] == fitting
    assert len(found) == 4 and [bool(choice.warning) for choice in found] == [False] * len(fitting) + [True] * (
        4 - len(fitting)
    )


def test_what_is_deleted_is_not_offered_and_what_is_hidden_or_has_others_below_is_warned_of():
    rows = (
        MenuReport("1", "Sales", "Sales", "ivr_menu"),
        MenuReport("2", "Renewals", "Sales / Renewals", "ivr_menu", parent_id="1"),
        MenuReport("3", "Old", "Old", "ivr_menu", is_deleted=True),
        MenuReport("4", "Staff", "Staff", "ivr_menu", is_hidden=True),
    )
    found = {choice.menu.name: choice.warning for choice in directory.choices(directory.Listed(rows), "incoming")}
    assert found["Renewals"] == "" and "below" in found["Sales"] and "Hidden" in found["Staff"] and "Old" not in found


# --- Keeping, against the sandbox ------------------------------------------------------------------


@pytest.fixture
def asked(sandbox, transactional_db, settings):
    settings.VENDOR_RATES = {}
    return lambda path: len(sandbox.requests(vendor="ccai", path=path))


@pytest.fixture
def row(asked):
    return Connection.objects.get_or_create(vendor="ccai")[0]


def test_what_was_never_read_is_asked_for_once_and_then_given_at_once(row, asked, rung):
    first = directory.menus(row)
    assert first.is_known and first.problem == "" and "Sales / Renewals" in [menu.path for menu in first.rows]
    assert directory.menus(row) == first and asked("/menus") == 1 and not rung


def test_old_rows_are_given_at_once_and_a_worker_is_rung_for(row, asked, rung):
    first = directory.agents(row)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert directory.agents(row) == first
        assert directory.agents(row) == first
    assert asked("/agents") == 1 and rung == [1]


def test_the_worker_reads_both_lists(row, asked):
    tasks.read_directories()
    assert (asked("/menus"), asked("/agents")) == (1, 1)
    assert directory.menus(row).is_known and directory.agents(row).is_known and asked("/agents") == 1


def test_a_connection_that_is_off_is_left_alone(row, asked):
    Connection.objects.filter(pk=row.pk).update(is_on=False)
    tasks.read_directories()
    assert asked("/menus") == 0


def test_what_cannot_be_read_is_said_and_not_asked_for_by_every_form(row, asked, sandbox):
    sandbox.fault("ccai", kind="status", status=503, path="/menus", count=5)
    found = directory.menus(row)
    assert not found.is_known and found.problem and directory.menus(row).problem
    assert asked("/menus") == 1


def test_a_form_waits_a_second_at_most(row, asked, monkeypatch):
    given = []
    monkeypatch.setattr(directory.Client, "menus", lambda client: given.append(client._deadline) or [])
    directory.menus(row)
    assert given == [directory.HURRY] and directory.HURRY <= 1


def test_old_rows_stay_when_a_later_try_fails(row, asked, sandbox):
    first = directory.menus(row)
    sandbox.fault("ccai", kind="status", status=503, path="/menus")
    directory.refresh(row)
    kept = directory.menus(row)
    assert (kept.rows, kept.at) == (first.rows, first.at) and kept.problem


def test_agents_are_told_with_their_states(row, asked):
    states = {agent.email: (agent.availability, agent.is_available) for agent in directory.agents(row).rows}
    assert states["agent@demo.test"] == ("Available", True) and states["busy@demo.test"] == ("In-call", False)


def test_somebody_who_is_missing_is_looked_for_once_a_minute(row, asked):
    assert directory.agent(row, email="Agent@demo.test").vendor_id == "1"
    for _ in range(3):
        assert directory.agent(row, email="nobody@demo.test") is None
    assert asked("/agents") == 2
    assert directory.agent(row, vendor_id="") is None


def test_what_is_kept_can_be_asked_inside_a_transaction(row, asked):
    directory.agents(row)
    with transaction.atomic():
        assert directory.agents_kept(row)["1"].email == "agent@demo.test"
        assert "4711" not in directory.agents_kept(row)
