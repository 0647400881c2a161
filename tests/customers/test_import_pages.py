"""The pages of imports: a file is given, its columns are told, it is tried out and taken in, and rejects come back."""

import csv
import io
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from accounts import uploads
from accounts.models import AuditEntry
from calls.models import Call
from customers import tasks
from customers.imports import keeping, receiving
from customers.imports.choices import ImportState
from customers.models import Customer, Import, Location
from feedback.models import Review
from tests.feedback.call_files import FORMS, HEADS, write

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HTTP_HX_REQUEST": "true"}
CALLS = "Id,Date,Answered,Rating,Agent\n1,2021-01-01,Y,4,Dan\n2,2021-01-02,N,,Dan\n3,someday,Y,5,Dan\n"


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR / "imports"


def give(client, content, name="calls.csv", kind="calls"):
    """What the server says to a file."""
    content = content.encode() if isinstance(content, str) else content
    return client.post(reverse("customers:import_new"), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def given(client, content, **how):
    """The import of a file."""
    assert give(client, content, **how).status_code == 302
    return Import.objects.get()


def page(client, run, **more):
    return client.get(reverse("customers:import", args=[run.pk]), **more)


def told(client, run, **changes):
    """The form of the columns as it stands, with changes."""
    form = page(client, run).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in (values | changes).items()}


def post(client, run, deed, data=None):
    return client.post(reverse(f"customers:import_{deed}", args=[run.pk]), data or {})


def tried(client, run, **changes):
    answer = post(client, run, "check", told(client, run, **changes))
    run.refresh_from_db()
    return answer


def taken(client, run):
    post(client, run, "start")
    run.refresh_from_db()


def test_a_file_goes_from_its_columns_over_a_trial_to_its_rows(
    as_admin, world, var, django_capture_on_commit_callbacks
):
    run = given(as_admin, CALLS)
    shown = page(as_admin, run).content.decode()
    assert "3 rows" in shown and "2021-01-01 · 2021-01-02 · someday" in shown
    assert "1 person is not known, and kept by name: Dan" in shown
    tried(as_admin, run)
    assert (run.state, run.tried) == (ImportState.CHECKED, {"created": 2, "updated": 0, "unchanged": 0, "rejected": 1})
    assert not Call.objects.exists()
    shown = page(as_admin, run).content.decode()
    assert "This is what would happen" in shown and "“someday” is no date" in shown and "cannot be undone" in shown
    with django_capture_on_commit_callbacks() as once_committed:
        taken(as_admin, run)
    assert (run.state, run.created, run.rejected, Call.objects.count()) == (ImportState.DONE, 2, 1, 2)
    assert "Its rows are in" in page(as_admin, run).content.decode()
    assert list(var.iterdir()), "were this not committed, the file would be needed again"
    [deed() for deed in once_committed]
    assert list(var.iterdir()) == [], "the file is kept no longer than it is needed"
    deeds = AuditEntry.objects.filter(object_type="customers.import").values_list("deed", "actor__email")
    assert set(deeds) == {("gave a file of calls", world.admin.email), ("imported calls", world.admin.email)}


def test_rejected_rows_come_back_as_a_file_that_can_be_put_right(as_admin):
    run = given(as_admin, CALLS.replace("someday,Y,5,Dan", "someday,Y,5,=cmd()"))
    tried(as_admin, run)
    answer = as_admin.get(reverse("customers:import_rejected", args=[run.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    heads, row = csv.reader(io.StringIO(text))
    assert heads == ["Id", "Date", "Answered", "Rating", "Agent", "Row", "Why it was not taken"]
    assert row == ["3", "someday", "Y", "5", "'=cmd()", "4", "Date: “someday” is no date"]
    post(as_admin, run, "cancel")
    mended = given_again(as_admin, text.replace("someday", "2021-01-05"))
    tried(as_admin, mended)
    assert mended.tried["created"] == 1


def given_again(client, content):
    give(client, content)
    return Import.objects.first()


def test_a_person_puts_right_what_the_headings_said_wrongly(as_admin):
    run = given(as_admin, "No,Date,Answered,Rating,Subject,Subject\n1,2021-01-01,Y,4,Bill,Refund\n")
    tried(as_admin, run, column_4="", column_5="topic")
    taken(as_admin, run)
    assert Call.objects.get().topic == "Refund"


def test_another_file_with_the_same_headings_is_meant_as_the_first_was(as_admin, world):
    run = given(as_admin, "No,Date,Answered,Rating,Who,What\n1,2021-01-01,Y,4,Dan,Bill\n")
    tried(as_admin, run, column_0="call_id", column_4="agent", profile="Lisbon", place=world.harbor.pk)
    taken(as_admin, run)
    rows = "1,2021-01-01,Y,4,Dan,Bill\n2,2021-01-01,Y,4,Dan,Bill\n"
    give(as_admin, f"No,Date,Answered,Rating,Who,What\n{rows}", "more.csv")
    more = Import.objects.first()
    assert (more.profile, more.columns["agent"], more.options["place"]) == ("Lisbon", 4, world.harbor.pk)
    tried(as_admin, more)
    assert more.tried == {"created": 1, "updated": 0, "unchanged": 1, "rejected": 0}


def test_the_very_same_file_is_recognised(as_admin):
    run = given(as_admin, CALLS)
    tried(as_admin, run)
    taken(as_admin, run)
    give(as_admin, CALLS)
    assert "This very file was imported on" in page(as_admin, Import.objects.first()).content.decode()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"column_1": ""}, "Say which column tells when a call was."),
        ({"column_2": ""}, "Say which column tells whether a call was answered"),
        ({"column_0": "agent"}, "“Agent” is meant by two columns"),
        ({"column_0": "nonsense"}, "Choose one that is on the list."),
        ({"profile": ""}, "Fill this in."),
        ({"place": "77"}, "Choose one that is on the list."),
        ({"zone": "Mars/Olympus"}, "Choose one that is on the list."),
        ({"account": "9" * 30}, "Choose one that is on the list."),
    ],
)
def test_what_cannot_be_meant_is_said_and_what_was_typed_stays(as_admin, changes, why):
    run = given(as_admin, CALLS)
    answer = tried(as_admin, run, **({"profile": "typed by hand"} | changes))
    assert answer.status_code == 422 and why in answer.content.decode()
    assert changes.get("profile") == "" or "typed by hand" in answer.content.decode()
    assert run.state == ImportState.MAPPING


def test_dates_that_can_be_read_both_ways_are_asked_for(as_admin):
    run = given(as_admin, "Id,Date,Answered\n1,1/2/2021,Y\n2,3/4/2021,Y\n")
    assert "can be read day first or month first" in tried(as_admin, run).content.decode()
    tried(as_admin, run, dates="month")
    taken(as_admin, run)
    assert {call.created_at.month for call in Call.objects.all()} == {1, 3}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.7", "This is a PDF"),
        (b"", "This file is empty."),
        (b"\n\n", "This file is empty."),
        (b"Date,Answered\n", "no row under it"),
        (b"\x00\x01\x02\x03" * 500, "neither text nor a workbook"),
        (b"a" * 1_100_000, "larger than 25 MB|longer than a megabyte"),
    ],
)
def test_what_is_no_table_is_refused_beside_the_field_and_nothing_is_kept(
    as_admin, var, content, why, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(receiving, "SMALL", 2_000_000)
    with django_capture_on_commit_callbacks(execute=True):
        answer = give(as_admin, content)
    assert answer.status_code == 422
    assert any(words in answer.content.decode() for words in why.split("|"))
    assert not Import.objects.exists() and not (var.exists() and list(var.iterdir()))


def test_a_file_past_the_limit_is_let_go_while_it_comes(as_admin, as_agent, monkeypatch):
    monkeypatch.setattr(uploads, "USUAL", 3_000_000)
    from customers.views import imports

    monkeypatch.setattr(imports.new, "upload_limit", 5_000_000)
    answer = give(as_admin, b"x" * 5_500_000)
    assert answer.status_code == 422 and "larger than 200 MB" in answer.content.decode()
    # Elsewhere, and for anybody else, less is taken.
    answer = as_agent.post(reverse("accounts:profile"), {"file": SimpleUploadedFile("a.csv", b"x" * 3_500_000)})
    assert uploads.is_too_large(answer.wsgi_request)


def test_a_large_file_is_worked_on_in_turns_by_a_worker(as_admin, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("customers.imports.work.async_task", lambda name, pk, **how: rung.append(pk))
    monkeypatch.setattr(receiving, "SMALL", 10)
    with django_capture_on_commit_callbacks(execute=True):
        run = given(as_admin, CALLS)
    assert (run.state, rung) == (ImportState.READING, [run.pk])
    assert 'hx-trigger="every 2s"' in page(as_admin, run).content.decode()
    tasks.go_on_importing(run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.MAPPING
    with django_capture_on_commit_callbacks(execute=True):
        tried(as_admin, run)
    assert (run.state, rung) == (ImportState.CHECKING, [run.pk] * 2)
    tasks.go_on_importing(run.pk)
    assert "every 2s" not in page(as_admin, run, **HTMX).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        taken(as_admin, run)
    tasks.go_on_importing(run.pk)
    assert Call.objects.count() == 2


def test_cancelling_asks_first_and_leaves_nothing_behind(as_admin, var, django_capture_on_commit_callbacks):
    run = given(as_admin, CALLS)
    assert "Cancel this import?" in as_admin.get(reverse("customers:import_cancel", args=[run.pk])).content.decode()
    assert [path.stat().st_mode & 0o777 for path in var.iterdir()] == [0o600]
    with django_capture_on_commit_callbacks(execute=True):
        post(as_admin, run, "cancel")
    run.refresh_from_db()
    assert run.state == ImportState.CANCELLED and list(var.iterdir()) == []
    for deed in ("check", "start", "remap", "read", "cancel"):
        assert post(as_admin, run, deed).status_code == 302
    run.refresh_from_db()
    assert run.state == ImportState.CANCELLED and not Call.objects.exists()


def test_from_the_trial_one_can_go_back_to_the_columns(as_admin):
    run = given(as_admin, CALLS)
    tried(as_admin, run)
    post(as_admin, run, "remap")
    assert "What each column means" in page(as_admin, run).content.decode()
    assert not Import.objects.get().rejects.exists()


def test_what_is_forgotten_for_a_day_is_let_go(as_admin, var, django_capture_on_commit_callbacks):
    run = given(as_admin, CALLS)
    (var / "stray.file").write_text("of a process that died")
    keeping.look_after()
    assert Import.objects.get().state == ImportState.MAPPING
    old = timezone.now() - timedelta(days=1, minutes=1)
    Import.objects.update(changed_at=old)
    with django_capture_on_commit_callbacks(execute=True):
        keeping.look_after()
    run.refresh_from_db()
    assert run.state == ImportState.EXPIRED
    assert [path.name for path in var.iterdir()] == ["stray.file"], "it is young"


def packed(content=CALLS * 200, day=(2021, 2, 3)):
    """An archive with a log in it."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("calls.csv", (*day, 1, 1, 1)), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def without_a_day(archive):
    """The same with the day that some programs write: 0."""
    local, central = archive.index(b"PK\x03\x04"), archive.index(b"PK\x01\x02")
    found = bytearray(archive)
    found[local + 10 : local + 14] = found[central + 12 : central + 16] = bytes(4)
    return bytes(found)


def with_other_bytes(archive, after, bytes_):
    place = archive.index(after) + len(after)
    return archive[:place] + bytes_ + archive[place + len(bytes_) :]


@pytest.mark.parametrize(
    "broken",
    [
        with_other_bytes(packed(), b"calls.csv", b"\xff" * 8),  # what is packed
        with_other_bytes(packed(), b"PK\x01\x02", b"\xff\xff\xff\xff"),  # packed in a way nobody knows
        packed()[:-30] + packed()[-22:],  # its list of contents is cut
    ],
    ids=["data", "version", "list"],
)
@pytest.mark.parametrize("name", ["calls.zip", "calls.xlsx"])
def test_a_damaged_archive_is_refused_with_a_sentence(as_admin, broken, name):
    answer = give(as_admin, broken, name=name)
    assert answer.status_code == 422 and "damaged" in answer.content.decode()
    assert not Import.objects.exists()


def test_a_workbook_with_a_damaged_sheet_is_refused_with_a_sentence(as_admin):
    book, file = Workbook(), BytesIO()
    [book.active.append([n, f"2021-01-{n:02}", "Y"]) for n in range(1, 29)]
    book.save(file)
    answer = give(as_admin, with_other_bytes(file.getvalue(), b"xl/worksheets/sheet1.xml", b"\xff" * 8), name="a.xlsx")
    assert answer.status_code == 422 and "This workbook is damaged" in answer.content.decode()


def test_an_archive_without_a_day_is_of_the_day_it_came(as_admin):
    ago = "Date,Rating,Review\na month ago,5,Fine\n"
    of_a_day = given(as_admin, packed(ago), name="reviews.zip", kind="reviews")
    assert of_a_day.options["today"] == "2021-02-03"
    give(as_admin, without_a_day(packed(ago)), name="reviews.zip", kind="reviews")
    assert Import.objects.first().options["today"] == f"{timezone.now():%Y-%m-%d}"


def test_another_sheet_of_a_workbook_is_read_and_other_letters_of_a_text(as_admin):
    book, file = Workbook(), BytesIO()
    book.active.append(["Notes"])
    sheet = book.create_sheet("Calls")
    for row in (HEADS, ("1", "Dan", "2021-01-01", "09:00", "Bill", "Y", "Y", 1, "0:01", 4)):
        sheet.append(row)
    book.active.append(["nothing here"])
    book.save(file)
    run = given(as_admin, file.getvalue(), name="book.xlsx")
    assert run.shape["sheet"] == "Sheet"
    post(as_admin, run, "read", {"sheet": "Calls"})
    run.refresh_from_db()
    assert (run.shape["sheet"], run.total, len(run.columns)) == ("Calls", 1, 10)
    Import.objects.all().delete()
    run = given(as_admin, "Id;Date;Answered;Agent\n1;2021-01-01;Y;Łukasz\n".encode("cp1250"))
    post(as_admin, run, "read", {"encoding": "cp1250"})
    tried(as_admin, run)
    taken(as_admin, run)
    assert Call.objects.get().agent.name == "Łukasz"


def workbook(**sheets):
    """A workbook of these sheets' rows."""
    book, file = Workbook(), BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        [sheet.append(row) for row in rows]
    book.save(file)
    return file.getvalue()


LOG = [("Id", "Date", "Answered"), ("1", "2021-01-01", "Y"), ("2", "2021-01-02", "N")]


@pytest.mark.parametrize(
    ("sheet", "why"),
    [("Blank", "There is nothing in the sheet “Blank”."), ("Heading", "no row under it"), ("Wide", "At most 500")],
)
def test_a_sheet_that_is_of_no_use_is_told_and_the_file_stands_as_it_was_read(as_admin, sheet, why, var):
    sheets = {"Calls": LOG, "Blank": [], "Heading": LOG[:1], "Wide": [["x"] * 501] * 2}
    run = given(as_admin, workbook(**sheets), name="book.xlsx")
    before = (run.shape, run.columns, run.options, run.total)
    for _ in range(2):
        post(as_admin, run, "read", {"sheet": sheet})
        run.refresh_from_db()
        assert run.state == ImportState.MAPPING and (run.shape, run.columns, run.options, run.total) == before
        shown = page(as_admin, run).content.decode()
        assert why in shown and "It stands as it was read before." in shown
    tried(as_admin, run)
    assert run.tried["created"] == 2 and run.reason == ""
    taken(as_admin, run)
    assert Call.objects.count() == 2


def test_a_sheet_that_is_not_on_the_list_is_told_beside_the_field(as_admin):
    run = given(as_admin, workbook(Calls=LOG, Notes=LOG), name="book.xlsx")
    answer = post(as_admin, run, "read", {"sheet": "Elsewhere"})
    assert answer.status_code == 422 and "Choose one that is on the list." in answer.content.decode()


def test_every_kind_has_its_page(as_admin, world):
    files = {
        "customers": "Name,Email\nAnn,ann@example.test\n",
        "answers": "Date,NPS\n2021-01-01,9\n",
        "reviews": "Date,Rating,Review,Location\n3 months ago,5,Fine,Riverside\na year ago,1,Bad,New place\n",
    }
    for kind, content in files.items():
        give(as_admin, content, kind=kind)
        run = Import.objects.first()
        tried(as_admin, run, **({"new_places": "make", "account": world.northwind.pk} if kind == "reviews" else {}))
        taken(as_admin, run)
        assert (run.state, run.rejected) == (ImportState.DONE, 0)
    assert Customer.objects.filter(name="Ann").exists() and Review.objects.count() == 2
    assert Location.objects.get(name="New place").account == world.northwind


def test_each_form_of_a_log_is_understood_without_a_correction(as_admin, tmp_path):
    for form in FORMS:
        give(as_admin, write(tmp_path, form).read_bytes(), name=form)
        run = Import.objects.first()
        tried(as_admin, run)
        assert run.tried["created"] == 60


def test_the_list_says_how_each_stands(as_admin, django_assert_num_queries):
    assert "No file was imported yet" in as_admin.get(reverse("customers:imports")).content.decode()
    give(as_admin, CALLS)
    with django_assert_num_queries(QUERIES):
        one = as_admin.get(reverse("customers:imports"))
    for n in range(3):
        give(as_admin, CALLS, name=f"calls{n}.csv")
    with django_assert_num_queries(QUERIES):
        shown = as_admin.get(reverse("customers:imports")).content.decode()
    assert "Waits for its columns" in one.content.decode() and "calls2.csv" in shown


QUERIES = 3  # the session, its person, the imports with who gave them


def test_a_file_whose_every_row_is_rejected_leaves_nothing_to_take_in(as_admin):
    run = given(as_admin, "Id,Date,Answered\n1,2021-01-01,maybe\n2,2021-01-02,perhaps\n")
    tried(as_admin, run, column_2="answered")
    shown = page(as_admin, run).content.decode()
    assert run.tried["rejected"] == 2 and "There is nothing to take in" in shown and "Take them in" not in shown


def test_a_file_that_kills_its_workers_is_given_up(as_admin, monkeypatch):
    monkeypatch.setattr(receiving, "SMALL", 10)
    monkeypatch.setattr("customers.imports.work.async_task", lambda *what, **how: None)
    run = given(as_admin, CALLS)
    for _ in range(7):  # each had it in hand, and its lease ran out
        Import.objects.filter(state=ImportState.READING).update(owner="gone", lease_until=timezone.now())
        if Import.objects.get().deaths < 5:
            Import.objects.update(deaths=Import.objects.get().deaths + 1)
        else:
            tasks.go_on_importing(run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.FAILED and "again and again" in run.reason


def test_a_small_archive_that_unpacks_to_much_is_left_to_a_worker(as_admin, monkeypatch):
    rung, file = [], BytesIO()
    monkeypatch.setattr("customers.imports.receiving.work.ring", lambda run: rung.append(run.file_name))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("calls.csv", "Id,Date,Answered\n" + "1,2021-01-01,Y\n" * 1_000_000)
    assert len(file.getvalue()) < receiving.SMALL
    run = given(as_admin, file.getvalue(), name="calls.zip")
    assert (run.state, rung) == (ImportState.READING, ["calls.zip"])
