"""The explorer's list as a file: exactly its rows, safe in a spreadsheet, whole also after a kill."""

import csv
import io
import os
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEntry
from feedback.explorer.exports import files, rows, work
from feedback.explorer.filters import CallFilters
from feedback.models import CallExport
from feedback.tasks import look_after_exports, write_export
from integrations.choices import DeliveryState
from tests.feedback.answered import make_feedback, make_request
from tests.feedback.rated import ended_call, known_everywhere, leg, save
from tests.world import make_call

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    return settings.VAR_DIR


@pytest.fixture
def calls(world):
    """Marta's has everything; Jon's, Harriet's and Oskar's are at three other desks."""
    type(world.supervisor).objects.filter(pk=world.supervisor.pk).update(time_zone="America/New_York")
    marta = known_everywhere(world.agent, world.marta, topic="=1+1")
    save(marta, quality=2.5, issues=["ECHO"], notes='=HYPERLINK("x")\nsecond line', repeat_customer=True)
    delivery = leg(marta.rating, "plivo")
    delivery.state = DeliveryState.PARKED
    delivery.save()
    make_request(marta, make_feedback(world.riverside, world.marta, nps_score=3, comments="Too\tslow"))
    jon = ended_call(world.colleague, world.jon)
    harriet = ended_call(world.supervisor, world.harriet)
    return {"marta": marta, "jon": jon, "harriet": harriet, "oskar": ended_call(world.elsewhere, world.oskar)}


def asked(client, query="", format="csv"):
    """The export that a press of the button made; nobody has worked at it."""
    answer = client.post(reverse("feedback:call_exports"), {"query": query, "format": format})
    export = CallExport.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (303, reverse("feedback:call_export", args=[export.pk]))
    return export


def written(export):
    while work.turn(export.pk):
        pass
    export.refresh_from_db()
    return export


def had(client, export):
    answer = client.get(reverse("feedback:call_export_file", args=[export.pk]))
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith('attachment; filename="calls-')
    return b"".join(answer.streaming_content)


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def exported(client, query=""):
    return table(had(client, written(asked(client, query))))


@pytest.mark.both
@pytest.mark.parametrize("query", ["", "rated=yes", "outcome=reached&issue=ECHO", "order=began", "rated=no&nonsense=1"])
def test_the_file_holds_the_rows_of_the_list_in_its_order(calls, query, as_agent, as_supervisor, as_elsewhere):
    for client in (as_agent, as_supervisor, as_elsewhere):
        listed = [call.pk for call in client.get(f"{reverse('feedback:calls')}?{query}").context["page"].rows]
        assert [int(row["Call"]) for row in exported(client, query)] == listed
    assert [row["Customer"] for row in exported(as_elsewhere)] == ["Oskar Lind"]
    assert [row["Customer"] for row in exported(as_agent)] == ["Marta Oliveira"]


@pytest.mark.both
def test_a_row_tells_all_that_is_known_of_the_call(calls, as_supervisor):
    (row,) = exported(as_supervisor, "rated=yes")
    assert (row["Outcome"], row["Right person"], row["Quality"], row["Issues"]) == ("Reached", "yes", "2.5", "Echo")
    assert (row["NPS"], row["Stars"], row["Comments"], row["Answered by"]) == ("3", "", "Too\tslow", "FeedbackAPI")
    sent = [row[name] for name in ("Sent to Plivo", "Sent to Trestle", "Sent to CCAI", "Survey")]
    assert sent[:3] == ["Needs a person", "Waiting", "Waiting"]
    assert (row["Agent"], row["Location"], row["Talked (seconds)"]) == ("Ada Agent", "Riverside", "240")
    assert row["Repeat customer"] == "yes"


def test_what_a_spreadsheet_would_calculate_stays_text(calls, as_supervisor):
    (row,) = exported(as_supervisor, "rated=yes")
    assert row["Notes"] == '\'=HYPERLINK("x")\nsecond line' and row["Topic"] == "'=1+1"
    assert row["Number"] == "'+12125550101"


def test_times_are_the_readers_and_say_so(calls, as_supervisor):
    began = timezone.datetime(2026, 7, 1, 3, 30, tzinfo=timezone.get_fixed_timezone(0))
    type(calls["jon"]).objects.filter(pk=calls["jon"].pk).update(created_at=began)
    shown = {row["Customer"]: row["Began (America/New_York)"] for row in exported(as_supervisor)}
    assert shown["Jon Bell"] == "2026-06-30 23:30:00"


def test_the_workbook_says_what_the_csv_says_in_cells_of_text(calls, as_supervisor):
    lines = list(csv.reader(io.StringIO(had(as_supervisor, written(asked(as_supervisor))).decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(had(as_supervisor, written(asked(as_supervisor, format="xlsx")))))
    cells = list(book["Calls"].iter_rows())
    assert {cell.data_type for line in cells for cell in line if cell.value is not None} <= {"s", "inlineStr"}
    said = [[cell.value or "" for cell in line] for line in cells]
    assert said == [[text.removeprefix("'") for text in line] for line in lines]


def test_more_calls_than_a_sheet_takes_go_on_in_the_next(calls, as_admin, monkeypatch):
    monkeypatch.setattr(files, "SHEET_ROWS", 3)
    book = load_workbook(io.BytesIO(had(as_admin, written(asked(as_admin, format="xlsx")))))
    assert [(sheet.title, sheet.max_row) for sheet in book] == [("Calls", 4), ("Calls 2", 2)]
    assert book["Calls 2"]["A1"].value == "Call"


@pytest.fixture
def many(world, monkeypatch):
    """Twenty-three calls, some at the same moment, in portions of four."""
    monkeypatch.setattr(rows, "CHUNK", 4)
    now = timezone.now()
    made = [make_call(world.agent, world.marta, created_at=now - timedelta(minutes=n // 3)) for n in range(23)]
    return sorted((call.pk for call in made), reverse=True)


@pytest.mark.both
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_worker_that_dies_leaves_no_call_out_and_none_twice(many, as_admin, format, monkeypatch):
    export = asked(as_admin, format=format)
    assert work.turn(export.pk, seconds=0) and work.turn(export.pk, seconds=0)
    remember = work._write

    class Killed(BaseException):
        pass

    def killed(export, worker, **changes):
        if "cursor" in changes:
            raise Killed  # the rows are in the file, and the export's row does not know of them
        remember(export, worker, **changes)

    monkeypatch.setattr(work, "_write", killed)
    with pytest.raises(Killed):
        work.turn(export.pk)
    monkeypatch.setattr(work, "_write", remember)
    export.refresh_from_db()
    assert export.done == 8 and files.spool_of(export).stat().st_size > export.size
    written(export)
    content = had(as_admin, export)
    if format == "csv":
        found = [int(row["Call"]) for row in table(content)]
    else:
        found = [int(line[0].value) for line in load_workbook(io.BytesIO(content))["Calls"].iter_rows(min_row=2)]
    assert sorted(found, reverse=True) == many and export.done == 23


def test_a_disk_that_lost_the_rows_costs_none_even_if_the_worker_then_dies(many, as_admin, monkeypatch):
    """The headings are written anew; until then the row still said how far the lost file was."""
    export = asked(as_admin)
    work.turn(export.pk, seconds=0), work.turn(export.pk, seconds=0)
    files.spool_of(export).unlink()

    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(rows, "chunks", killed)
        with pytest.raises(Killed):
            work.turn(export.pk)
    export.refresh_from_db()
    assert (export.done, export.cursor) == (0, "")
    assert sorted((int(row["Call"]) for row in table(had(as_admin, written(export)))), reverse=True) == many


def test_a_workbook_is_made_of_all_rows_or_they_are_read_again(many, as_admin):
    export = asked(as_admin, format="xlsx")
    while not CallExport.objects.get().is_spooled:
        work.turn(export.pk)
    os.truncate(files.spool_of(export), 200)
    book = load_workbook(io.BytesIO(had(as_admin, written(export))))
    assert book["Calls"].max_row == 24


def test_whoever_packs_a_workbook_holds_it_all_the_while(many, as_admin, monkeypatch):
    """Packing has no rows to count, and takes longer than a lease."""
    monkeypatch.setattr(files, "BEAT_EVERY", 0)
    export = asked(as_admin, format="xlsx")
    while not CallExport.objects.get().is_spooled:
        work.turn(export.pk)
    save_book, seen = files.Workbook.save, []

    def slow(book, file):
        CallExport.objects.update(lease_until=timezone.now())  # as long as that took
        save_book(book, file)
        seen.append(work._claim(export.pk))

    monkeypatch.setattr(files.Workbook, "save", slow)
    assert written(export).state == "done" and seen == [None], "a second worker began it too"


def test_a_period_is_counted_from_when_it_was_asked_for(world, as_admin):
    """A file asked for a minute before midnight is written after it."""
    yesterday = timezone.now() - timedelta(days=1)
    call = ended_call(world.agent, world.marta, created_at=yesterday, ended_at=yesterday)
    export = asked(as_admin, "period=today")
    CallExport.objects.update(asked_at=yesterday)
    assert [int(row["Call"]) for row in table(had(as_admin, written(export)))] == [call.pk]


def see_less(world, how):
    person = type(world.supervisor).objects.filter(pk=world.supervisor.pk)
    if how == "location":
        world.riverside.members.remove(world.supervisor)
    elif how == "role":
        person.update(role="agent")
    else:
        person.update(sees_all_locations=False)


@pytest.mark.parametrize("how", ["location", "role", "everything"])
@pytest.mark.parametrize("by", ["download", "schedule"])
def test_a_file_does_not_outlive_the_rights_of_its_maker(calls, world, as_supervisor, how, by):
    if how == "everything":
        type(world.supervisor).objects.filter(pk=world.supervisor.pk).update(sees_all_locations=True)
    export = written(asked(as_supervisor))
    see_less(world, how)
    if by == "schedule":
        look_after_exports()
        assert not files.path_of(export).exists()
    answer = as_supervisor.get(reverse("feedback:call_export_file", args=[export.pk]))
    assert answer.status_code == 410 and "has changed since you asked" in answer.content.decode()
    assert not files.path_of(export).exists() and CallExport.objects.get().state == "gone"


def test_what_stands_in_a_file_already_is_theirs_no_more_either(many, world, as_supervisor):
    export = asked(as_supervisor)
    work.turn(export.pk, seconds=0)
    world.riverside.members.remove(world.supervisor)
    assert written(export).state == "failed" and not files.spool_of(export).exists()


def test_who_sees_more_keeps_the_file(calls, world, as_supervisor):
    export = written(asked(as_supervisor))
    world.oak_street.members.add(world.supervisor)
    look_after_exports()
    assert had(as_supervisor, export)
    type(world.supervisor).objects.filter(pk=world.supervisor.pk).update(role="admin", sees_all_locations=True)
    world.riverside.members.remove(world.supervisor)
    assert had(as_supervisor, export)


def test_two_workers_do_not_write_one_file(many, as_admin):
    export = asked(as_admin)
    work.turn(export.pk, seconds=0)
    CallExport.objects.update(worker="somebody", lease_until=timezone.now() + timedelta(seconds=30))
    assert not work.turn(export.pk) and CallExport.objects.get().done == 4
    CallExport.objects.update(lease_until=timezone.now())
    with files.appending(CallExport.objects.get()):  # late, and has not noticed
        assert not work.turn(export.pk) and CallExport.objects.get().done == 4
    assert written(export).done == 23


def test_the_schedule_goes_on_where_a_worker_died(many, as_admin, monkeypatch):
    rung = []
    monkeypatch.setattr(work, "ring", lambda export: rung.append(export.pk))
    export = asked(as_admin)
    rung.clear()
    CallExport.objects.update(state="running", worker="x", lease_until=timezone.now() + timedelta(seconds=30))
    look_after_exports()
    assert rung == [], "somebody may have it in hand"
    CallExport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    look_after_exports()
    assert rung == [export.pk]
    write_export(export.pk)
    assert CallExport.objects.get().state == "done"


@pytest.mark.both
def test_a_portion_costs_the_same_queries_however_many_calls_it_has(calls, world):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            for found, _ in rows.chunks(CallFilters({}, user=world.admin)):
                [files.columns.cells(call) for call in found]
        return len(seen)

    few = queries()
    for n in range(6):
        call = known_everywhere(world.agent, world.marta, vendor_id=f"more{n}")
        save(call)
        make_request(call, make_feedback(world.riverside, world.marta))
    assert queries() == few <= 5


def test_only_its_owner_has_it(calls, as_supervisor, as_admin, as_agent):
    export = written(asked(as_supervisor))
    for client in (as_admin, as_agent):
        for name in ("call_export", "call_export_file"):
            assert client.get(reverse(f"feedback:{name}", args=[export.pk])).status_code == 404
        assert client.post(reverse("feedback:call_export_cancel", args=[export.pk])).status_code == 404
    path = files.path_of(export)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_cancelled_one_is_not_gone_on_with_and_leaves_nothing(many, as_admin, var):
    export = asked(as_admin)
    work.turn(export.pk, seconds=0)
    as_admin.post(reverse("feedback:call_export_cancel", args=[export.pk]))
    assert not work.turn(export.pk)
    assert CallExport.objects.get().state == "cancelled" and list((var / "exports").iterdir()) == []
    assert as_admin.get(reverse("feedback:call_export_file", args=[export.pk])).status_code == 410


def test_its_page_is_asked_until_it_has_ended(calls, as_supervisor):
    export = asked(as_supervisor)
    address = reverse("feedback:call_export", args=[export.pk])
    going = as_supervisor.get(address, headers={"HX-Request": "true"})
    assert going.status_code == 200 and "every 1s" in going.content.decode()
    early = as_supervisor.get(reverse("feedback:call_export_file", args=[export.pk]))
    assert early.status_code == 404 and "Cancel" in early.content.decode()
    written(export)
    ended = as_supervisor.get(address, headers={"HX-Request": "true"})
    assert ended.status_code == 286 and "Download" in ended.content.decode()
    assert "every 1s" not in ended.content.decode()


def test_after_a_day_the_file_is_deleted_and_the_page_says_so(calls, as_supervisor, var):
    export = written(asked(as_supervisor))
    look_after_exports()
    assert had(as_supervisor, export)
    CallExport.objects.update(ended_at=timezone.now() - timedelta(days=1, minutes=1))
    look_after_exports()
    gone = as_supervisor.get(reverse("feedback:call_export_file", args=[export.pk]))
    assert gone.status_code == 410 and "deleted after a day" in gone.content.decode()
    assert list((var / "exports").iterdir()) == []


def test_what_may_be_seen_is_asked_when_it_is_written(calls, world, as_supervisor):
    everything, harbor = asked(as_supervisor), asked(as_supervisor, f"location={world.harbor.pk}")
    world.riverside.members.remove(world.supervisor)
    world.harbor.members.remove(world.supervisor)
    written(everything)
    assert [row["Customer"] for row in table(had(as_supervisor, everything))] == ["Harriet Sund"], "their own call"
    assert written(harbor).state == "failed", "without its filter it would be another list"
    shown = as_supervisor.get(reverse("feedback:call_export", args=[harbor.pk])).content.decode()
    assert "has changed since you asked" in shown


def test_it_is_written_down_who_had_what(calls, as_supervisor, world):
    written(asked(as_supervisor, "rated=yes"))
    entry = AuditEntry.objects.get(deed="exported calls")
    assert entry.actor == world.supervisor and entry.changes == {"filters": ["", "Rated"], "rows": ["", "1"]}


def test_two_presses_make_one(calls, as_supervisor):
    assert asked(as_supervisor) == asked(as_supervisor)
    assert asked(as_supervisor, format="xlsx") != CallExport.objects.earliest("pk")


def test_the_list_offers_its_own_rows_in_one_press(calls, as_supervisor):
    shown = as_supervisor.get(reverse("feedback:calls"), {"rated": "yes", "cursor": "last"}).content.decode()
    assert '<input type="hidden" name="query" value="rated=yes">' in shown
    assert 'name="format" value="csv"' in shown and 'name="format" value="xlsx"' in shown


def test_ones_own_files_are_found_again(calls, as_supervisor, as_admin):
    address = reverse("feedback:call_exports")
    assert "No files yet" in as_supervisor.get(address).content.decode()
    export, _ = written(asked(as_supervisor, "rated=yes")), asked(as_admin)
    shown = as_supervisor.get(address).content.decode()
    assert reverse("feedback:call_export", args=[export.pk]) in shown and "Ready" in shown
    assert shown.count(", CSV</a>") == 1, "the admin's is the admin's"
