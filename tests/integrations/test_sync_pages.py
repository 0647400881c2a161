"""The pages of syncs: what is read and how old it is, what is under way, the buttons, a run with all its figures."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from integrations import connections
from integrations.choices import SyncState
from integrations.models import Connection, SyncProblem, SyncRun
from integrations.sync import vanished, work
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
LIST, HTMX = "/syncs/", {"HX-Request": "true"}
BRAKED = vanished.BRAKED.format("21 or more", "250")


def made(plan, state=SyncState.COMPLETE, **facts):
    """A run of the plan as it stands in the rows."""
    now = timezone.now()
    facts = {"upper": 1, "fetched": 250, "started_at": now - timedelta(minutes=3), **facts}
    if SyncState(state).is_final:
        facts.setdefault("ended_at", now)
    return SyncRun.objects.create(connection=work.connection_of(plan), resource=plan.name, state=state, **facts)


def text(answer):
    return answer.content.decode()


def test_the_list_says_how_old_the_data_is_and_what_the_last_run_did(plan, as_admin):
    assert "never read to the end" in text(as_admin.get(LIST))
    work.go(plan)
    page = text(as_admin.get(LIST))
    assert "fetched, 250 created" in page and ">now</span>" in page
    assert 'hx-trigger="every 30s"' in page


def test_what_is_live_shows_its_progress_and_is_looked_at_often(plan, as_admin):
    made(plan, SyncState.RUNNING, expected=1000, requests=3)
    page = text(as_admin.get(LIST, headers=HTMX))
    assert 'max="1000" value="250"' in page and "250 of 1,000 fetched" in page
    assert 'hx-trigger="every 2s"' in page and "<html" not in page


@pytest.mark.both
def test_the_list_asks_as_often_for_one_run_as_for_twenty(plan, as_admin, django_assert_num_queries):
    for _ in range(20):
        made(plan)
    with django_assert_num_queries(6):  # session, user, connections, newest runs (two), how old
        as_admin.get(LIST)
    with django_assert_num_queries(3):  # session, user, runs
        as_admin.get("/syncs/lists/customers/")


@pytest.mark.parametrize(
    ("asked", "is_full", "says"), [({}, False, "what is new"), ({"full": "1"}, True, "everything")]
)
def test_a_button_starts_a_run_in_the_name_of_who_pressed_it(plan, the_list, kept, world, asked, is_full, says):
    work.go(plan)
    admin = signed_in(world.admin)
    answer = admin.post("/syncs/lists/customers/start/", asked)
    run = SyncRun.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    assert (run.is_full, run.started_by, run.state) == (is_full, world.admin, SyncState.RUNNING)
    assert f"Customers: reading {says}." in text(admin.get(LIST))
    assert "asked by <bdi>Ana Admin" in text(admin.get("/syncs/lists/customers/"))
    work.rounds()
    run.refresh_from_db()
    assert run.state == SyncState.COMPLETE


def test_a_connection_that_is_refused_says_so_everywhere_and_starts_nothing(plan, as_admin):
    row = work.connection_of(plan)
    connections.pause(row, "The vendor does not accept our key.")
    for path in (LIST, f"/connections/{row.pk}/", "/connections/"):
        assert "Token refused" in text(as_admin.get(path))
    assert "What is new" not in text(as_admin.get(LIST))
    as_admin.post("/syncs/lists/customers/start/")
    assert (
        "Customers cannot be read: FeedbackAPI is paused" in text(as_admin.get(LIST)) and not SyncRun.objects.exists()
    )


def test_the_banner_is_above_every_page_of_an_admin_and_of_nobody_else(plan, as_admin, as_supervisor):
    assert text(as_admin.get("/connections/troubles/", headers=HTMX)).strip() == ""
    connections.pause(work.connection_of(plan), "No more quota.")
    assert "FeedbackAPI: paused since" in text(as_admin.get("/connections/troubles/", headers=HTMX))
    assert as_admin.get("/connections/troubles/")["Location"] == "/connections/"
    assert "/connections/troubles/" in text(as_admin.get("/desk/"))
    assert "/connections/troubles/" not in text(as_supervisor.get("/desk/"))


def test_a_run_has_all_its_figures_and_what_was_set_aside_without_peoples_numbers(plan, as_admin, world):
    run = made(
        plan,
        is_full=True,
        started_by=world.admin,
        created=200,
        updated=20,
        unchanged=29,
        gone=4,
        failed=2,
        requests=1203,
    )
    raw = {"id": None, "mobile_number": "+18135550123", "email": "jo@example.test", "fname": "<b>Jo</b>"}
    SyncProblem.objects.create(run=run, reason="It has no id.", raw=raw)
    page = text(as_admin.get(f"/syncs/{run.pk}/"))
    assert "250 fetched, 200 created, 20 updated, 29 unchanged, 4 gone, 2 set aside" in page and "1,203" in page
    assert "03:00" in page and "Ana Admin" in page and "Everything" in page and "The first 1 of 2" in page
    assert "It has no id." in page and "&lt;b&gt;Jo" in page and "…23" in page and "…@example.test" in page
    assert "8135550123" not in page and "jo@" not in page


def test_a_run_refreshes_until_nothing_can_change_any_more(plan, as_admin):
    run = made(plan, SyncState.RUNNING)
    live = as_admin.get(f"/syncs/{run.pk}/", headers=HTMX)
    assert live.status_code == 200 and "every 2s" in text(live) and "waits for a worker" in text(live)
    SyncRun.objects.update(state=SyncState.COMPLETE, ended_at=timezone.now())
    ended = as_admin.get(f"/syncs/{run.pk}/", headers=HTMX)
    assert ended.status_code == 286 and "hx-get" not in text(ended)


def test_a_run_is_abandoned_after_a_question_and_the_deed_is_written_down(plan, as_admin):
    run = made(plan, SyncState.PAUSED, reason="Given up after 5 tries.")
    path = f"/syncs/{run.pk}/abandon/"
    assert "What it has read stays." in text(as_admin.get(path)) and SyncRun.objects.get().is_live
    assert as_admin.post(path).status_code == 303
    assert SyncRun.objects.get().state == SyncState.ABANDONED
    as_admin.post(path)
    assert AuditEntry.objects.filter(deed="sync abandoned").count() == 1


def test_what_the_brake_held_is_marked_after_a_person_has_looked(plan, the_list, kept, as_admin):
    work.go(plan)
    for vendor_id in sorted(the_list.rows)[:30]:
        del the_list.rows[vendor_id]
    held = work.go(plan, full=True)
    assert held.state == SyncState.INCOMPLETE and kept.gone == set()
    page = f"/syncs/{held.pk}/"
    assert "They are really gone" in text(as_admin.get(page))
    assert "looked for by its id" in text(as_admin.get(f"{page}believe/"))
    answer = as_admin.post(f"{page}believe/")
    work.rounds()
    run = SyncRun.objects.latest("pk")
    assert (answer["Location"], run.state, run.gone) == (f"/syncs/{run.pk}/", SyncState.COMPLETE, 30)
    assert len(kept.gone) == 30 == len(the_list.looked)
    assert AuditEntry.objects.get(deed__startswith="sync told").reason == held.reason
    assert "They are really gone" not in text(as_admin.get(page)), "a later run has looked"
    as_admin.post(f"{page}believe/")
    assert SyncRun.objects.latest("pk") == run


def test_older_runs_are_on_further_pages(plan, as_admin):
    runs = [made(plan) for _ in range(51)]
    first = text(as_admin.get("/syncs/lists/customers/"))
    assert f"?before={runs[1].pk}" in first and f"/syncs/{runs[0].pk}/" not in first
    assert f"/syncs/{runs[0].pk}/" in text(as_admin.get(f"/syncs/lists/customers/?before={runs[1].pk}"))
    assert as_admin.get("/syncs/lists/customers/?before=9" + "9" * 30).status_code == 200


def test_the_connection_says_how_old_its_data_is(plan, as_admin):
    row = work.connection_of(plan)
    assert "Customers never read to the end" in text(as_admin.get(f"/connections/{row.pk}/"))
    work.go(plan)
    assert "Customers read now" in text(as_admin.get(f"/connections/{row.pk}/"))
    other = Connection.objects.of("plivo")
    assert "<dt>Data</dt>" not in text(as_admin.get(f"/connections/{other.pk}/"))


def test_a_list_nobody_knows_is_not_found(as_admin):
    assert as_admin.get("/syncs/lists/surveys/").status_code == 404
    assert as_admin.post("/syncs/lists/surveys/start/").status_code == 404
