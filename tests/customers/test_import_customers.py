"""`import_customers`: each person once, by contact id, e-mail address or number; nobody who is left alone is woken."""

import re
import threading
from contextlib import suppress
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from customers.imports import command, files, work
from customers.models import Customer, DoNotCall
from customers.services import opt_out
from integrations.models import Delivery
from integrations.sync import upsert
from tests.integrations.meetings import MEETING, at_once
from tests.world import fiction

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HEADS = "Name,Phone,Email,CRM ID,Country,Opt out,DNC,Location\n"


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


def run(tmp_path, rows, *arguments, heads=HEADS):
    path = tmp_path / "people.csv"
    path.write_text(heads + rows)
    out = StringIO()
    call_command("import_customers", str(path), *arguments, stdout=out)
    return out.getvalue()


def told(said):
    return {line.strip() for line in said.splitlines() if line.startswith("  row")}


def test_new_ones_are_made_once_whatever_the_spelling_of_their_number(tmp_path, world):
    before = Customer.objects.count()
    rows = (
        "Ann Archer,+1 212 555 0111,ann@example.test,,US,,,Riverside\n"
        "Ann Archer,(212) 555-0111,,,United States,,,\n"
        ",,ANN@example.test,C-7,,,,\n"
        "Bert Beck,2125550112,,,,,,\n"
    )
    assert "2 new, 1 updated, 1 unchanged, 0 rejected" in run(tmp_path, rows)
    assert "0 new, 0 updated, 4 unchanged, 0 rejected" in run(tmp_path, rows)
    ann = Customer.objects.get(email="ann@example.test")
    kept = (ann.name, ann.phone.e164, ann.out_contact_id, ann.country_code, ann.location)
    assert kept == ("Ann Archer", "+12125550111", "C-7", "US", world.riverside)
    assert Customer.objects.count() == before + 2


def test_one_who_is_here_is_found_and_a_blank_takes_nothing_away(tmp_path, world):
    rows = "Marta de Oliveira,,MARTA@example.test,,,,,\n,+1 212 555 0102,jon@example.test,,,,,\n"
    assert "0 new, 2 updated, 0 unchanged" in run(tmp_path, rows)
    world.marta.refresh_from_db()
    world.jon.refresh_from_db()
    assert (world.marta.name, world.marta.email) == ("Marta de Oliveira", "marta@example.test")
    assert world.marta.phone.e164 == fiction(1)
    assert (world.jon.name, world.jon.email) == ("Jon Bell", "jon@example.test")


def test_two_people_at_one_number_stay_two(tmp_path, world):
    rows = "Otto Oliveira,+1 212 555 0101,otto@example.test,,,,,\n"
    assert "1 new, 0 updated, 0 unchanged" in run(tmp_path, rows)
    assert "0 new, 0 updated, 1 unchanged" in run(tmp_path, rows)
    assert world.marta.phone.customers.count() == 2
    with pytest.raises(CommandError, match="1 of 1"):
        run(tmp_path, ",+1 212 555 0101,,,,,,\n")


def test_who_wants_to_be_left_alone_stays_so(tmp_path, world):
    opt_out(world.marta, world.admin)
    rows = "Marta,+1 212 555 0101,marta@example.test,,,subscribed,no,\nJon,+1 212 555 0102,,,,unsubscribed,yes,\n"
    run(tmp_path, rows)
    run(tmp_path, rows.replace("unsubscribed,yes", "subscribed,no"))
    world.marta.refresh_from_db()
    world.jon.refresh_from_db()
    assert world.marta.opted_out_at and world.jon.opted_out_at
    assert list(DoNotCall.objects.holding().values_list("number__e164", "account")) == [(fiction(2), None)]


def test_two_whom_the_crm_tells_apart_stay_two_at_one_address(tmp_path, world):
    rows = "Ann Archer,,home@example.test,C-1,,,,\nBert Archer,,home@example.test,C-2,,,,\n"
    assert "2 new, 0 updated, 0 unchanged, 0 rejected" in run(tmp_path, rows)
    assert "0 new, 0 updated, 2 unchanged, 0 rejected" in run(tmp_path, rows)
    named = Customer.objects.filter(email="home@example.test").values_list("out_contact_id", "name")
    assert set(named) == {("C-1", "Ann Archer"), ("C-2", "Bert Archer")}
    # Without an id it is a matter of the name; where that does not tell either, it is said.
    assert "1 unchanged" in run(tmp_path, "Bert Archer,,home@example.test,,,,,\n")
    with pytest.raises(CommandError, match="1 of 1"):
        run(tmp_path, "Cleo,,home@example.test,,,,,\n")


def test_do_not_call_without_a_number_holds_for_the_number_that_is_known_else_it_is_said(tmp_path, world):
    Customer.objects.filter(pk=world.marta.pk).update(email="marta@example.test")
    out, path = StringIO(), tmp_path / "people.csv"
    path.write_text(HEADS + "Marta,,marta@example.test,,,,yes,\nNew Newman,,new@example.test,,,,yes,\n")
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("import_customers", str(path), stdout=out)
    assert "row 3: It says not to call, and there is no number" in out.getvalue()
    assert list(DoNotCall.objects.holding().values_list("number__e164", flat=True)) == [fiction(1)]
    assert not Customer.objects.filter(email="new@example.test").exists(), "not half of what the row says"


def counted(tmp_path, rows, *arguments):
    """What it says of a file: the counts, and each row that is not taken with the reason."""
    path, out = tmp_path / "people.csv", StringIO()
    path.write_text(HEADS + rows)
    with suppress(CommandError):
        call_command("import_customers", str(path), *arguments, stdout=out)
    said = out.getvalue()
    return re.search(r"(?:Would be|Done): (.+)", said)[1], told(said)


AGAIN = (
    "Ann Archer,+1 212 555 0111,,,,,,\n"
    "Marta,+1 212 555 0101,,,,,,\n"
    "Only A. Name,,,,,,,\n"
    "Bert Beck,,bert@example.test,,,,,\n"
    "Ann Archer,(212) 555-0111,ann@example.test,,,,,\n"
    "Cleo,,home@example.test,C-1,,,,\n"
    "Dora,,home@example.test,C-2,,,,\n"
    ",,ANN@example.test,C-7,,,,\n"
    "Bert Beck,,bert@example.test,,,,,\n"
    "Ann Archer,,,C-7,US,,,\n"
    "Eve,,home@example.test,,,,,\n"
    "Only A. Name,,,,,,,\n"
    "Marta,+1 212 555 0101,,,,,,\n"
    ",,ann@example.test,,,,yes,\n"
)


@pytest.mark.parametrize("portion", [1, 2, 5, 100])
def test_trying_out_counts_whom_a_row_far_above_made_as_taking_in_does(tmp_path, world, monkeypatch, portion):
    monkeypatch.setattr(work, "PORTION", portion)
    tried = counted(tmp_path, AGAIN, "--dry-run")
    assert not Customer.objects.filter(name="Ann Archer").exists()
    assert tried == counted(tmp_path, AGAIN)
    assert tried[0] == "5 new, 4 updated, 4 unchanged, 1 rejected." and len(tried[1]) == 1


@pytest.mark.django_db(transaction=True)
def test_what_a_person_changes_while_a_file_comes_in_is_not_lost(tmp_path, world, monkeypatch):
    arrived, changed, made = threading.Event(), threading.Event(), upsert.made

    def meanwhile(*args):
        arrived.set()
        changed.wait(MEETING)
        return made(*args)

    def change():
        arrived.wait(10)
        Customer.objects.filter(pk=world.marta.pk).update(name="Marta Nova")
        changed.set()

    monkeypatch.setattr(upsert, "made", meanwhile)
    deeds = (lambda: run(tmp_path, ",+1 212 555 0101,,C-9,,,,\n"), change)
    assert "1 updated" in at_once(*deeds)[0]
    world.marta.refresh_from_db()
    assert (world.marta.name, world.marta.out_contact_id) == ("Marta Nova", "C-9")


def test_the_vendor_hears_of_changes_to_whom_it_knows_and_of_nobody_new(tmp_path, world):
    Customer.objects.filter(pk=world.marta.pk).update(
        connection=1, vendor_id="c1", vendor_raw={"id": "c1", "fname": "Marta", "opt_out": False}
    )
    run(tmp_path, "Marta,,marta@example.test,,,yes,,\nNew Newman,+1 212 555 0166,,,,,,\n")
    said = [(row.key, row.kind) for row in Delivery.objects.all()]
    assert [key for key, _ in said] == [f"customer:{world.marta.pk}"]


@pytest.mark.django_db(transaction=True)
def test_a_dry_run_of_many_turns_remembers_whom_the_turns_before_would_have_made(tmp_path, world, monkeypatch):
    whole, begun = counted(tmp_path, AGAIN, "--dry-run"), work.work
    monkeypatch.setattr(work, "PORTION", 2)
    monkeypatch.setattr(work, "work", lambda pk, seconds, progress: begun(pk, -1, progress))
    monkeypatch.setattr(command, "LOOK_EVERY", 0)
    assert counted(tmp_path, AGAIN, "--dry-run") == whole
    assert not list(files.folder().iterdir())


def test_a_row_that_names_nobody_or_nothing_that_can_be_is_told(tmp_path, world):
    rows = (
        ",,,,US,,,\nAda,12,,,,,,\nBen,,no-address,,,,,\nCid,,,,Atlantis,,,\nDan,,,,,perhaps,,\nEve,,eve@example.test,,,no,,\nEva,,,,,,,Nowhere\n"
        '"=HYPERLINK(""x"")",,f@example.test,,,,,\n'
    )
    out = StringIO()
    path = tmp_path / "people.csv"
    path.write_text(HEADS + rows)
    with pytest.raises(CommandError, match="6 of 8 rows were rejected"):
        call_command("import_customers", str(path), stdout=out)
    reasons = dict(line.strip().split(": ", 1) for line in out.getvalue().splitlines() if line.startswith("  row"))
    assert reasons["row 2"].startswith("It names nobody")
    assert "12" in reasons["row 3"] and "too short" in reasons["row 3"]
    assert "no-address" in reasons["row 4"] and "Atlantis" in reasons["row 5"]
    assert "perhaps" in reasons["row 6"] and "Nowhere" in reasons["row 8"]
    assert Customer.objects.filter(name='=HYPERLINK("x")').exists(), "kept as text; files that we write escape it"


def test_a_dry_run_counts_as_the_import_does(tmp_path, world):
    rows = "Ann,+1 212 555 0111,,,,,,\nAnn,+12125550111,ann@example.test,,,,,\nMarta,,marta@example.test,,,,,\n"
    said = run(tmp_path, rows, "--dry-run")
    assert "Would be: 1 new, 2 updated, 0 unchanged" in said and not Customer.objects.filter(name="Ann").exists()
    assert "Done: 1 new, 2 updated, 0 unchanged" in run(tmp_path, rows)


def test_first_and_last_names_become_one(tmp_path, world):
    run(tmp_path, "Ann,Archer,ann@example.test\n", heads="First Name,Last Name,Email\n")
    assert Customer.objects.get(email="ann@example.test").name == "Ann Archer"
