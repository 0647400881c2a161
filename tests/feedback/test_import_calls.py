"""`import_calls`: a call log in any form in which people export it comes in as it means, once, and stays quiet."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from statistics import mean
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from calls.choices import CallStatus, Kind, Provider
from calls.models import Call
from customers.models import Import
from feedback.choices import FeedbackKind, FeedbackSource
from feedback.models import Feedback
from integrations.models import Delivery
from tests.feedback.call_files import AGENTS, FORMS, HEADS, log, month_of, write

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


def run(path, *arguments):
    """What the command says."""
    out = StringIO()
    call_command("import_calls", str(path), *arguments, stdout=out)
    return out.getvalue()


def state():
    """Everything an import writes, but for the keys of the rows."""
    values = ("kind", "status", "created_at", "connected_at", "ended_at", "wait_seconds", "talk_seconds", "topic")
    more = ("resolved", "agent__name", "location__name", "answers__star_rating", "answers__left_at")
    return list(Call.objects.order_by("intent").values_list("intent", *values, *more))


def text(tmp_path, content, name="calls.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_the_figures_of_the_log(tmp_path, form):
    said, meant = run(write(tmp_path, form)), log()
    assert "60 new, 0 updated, 0 unchanged, 0 rejected" in said
    answered = [one for one in meant if one.answered]
    calls = list(Call.objects.select_related("agent"))
    talked = [call for call in calls if call.connected_at]
    assert len(calls) == 60 and len(talked) == len(answered) == 48
    assert sum(call.resolved for call in calls) == sum(one.resolved for one in meant)
    assert mean(call.wait_seconds for call in talked) == mean(one.wait for one in answered)
    assert mean(call.talk_seconds for call in talked) == mean(one.talk for one in answered)
    stars = Feedback.objects.values_list("star_rating", flat=True)
    assert mean(stars) == mean(one.rating for one in answered) and len(stars) == 48
    for agent in AGENTS:
        theirs = [one for one in meant if one.agent == agent]
        assert sum(call.agent.name == agent for call in calls) == len(theirs)
    months = lambda ats: {month: sum(month_of(at) == month for at in ats) for month in map(month_of, ats)}  # noqa: E731
    assert months([call.ended_at for call in calls]) == months([one.at for one in meant])


def test_every_form_is_the_same_file_and_twice_changes_nothing(tmp_path):
    run(write(tmp_path, FORMS[0]))
    first = state()
    for form in FORMS:
        assert "0 new, 0 updated, 60 unchanged, 0 rejected" in run(write(tmp_path, form))
    assert state() == first


def test_a_call_of_a_file_is_a_call_made_elsewhere_of_which_nobody_is_told(tmp_path, as_supervisor):
    run(write(tmp_path, FORMS[0]))
    call = Call.objects.filter(status=CallStatus.COMPLETED).first()
    missed = Call.objects.filter(status=CallStatus.NO_ANSWER).first()
    assert (call.provider, call.kind, call.connection) == (Provider.ELSEWHERE, Kind.INCOMING, None)
    assert call.connected_at == call.created_at
    assert call.ended_at == call.created_at + timedelta(seconds=call.talk_seconds)
    assert (missed.connected_at, missed.ended_at) == (None, missed.created_at)
    assert (missed.wait_seconds, missed.talk_seconds) == (None, None), "a blank is never zero"
    assert not Call.objects.exclude(wrap_up_due_at=None).exists() and not Delivery.objects.exists()
    assert "All your calls are wrapped up" in as_supervisor.get(reverse("feedback:tray")).content.decode()


def test_satisfaction_is_an_answer_of_stars_to_that_call(tmp_path, world):
    run(write(tmp_path, FORMS[0]), "--location", "Riverside")
    answer = Feedback.objects.select_related("call").first()
    assert (answer.source, answer.kind) == (FeedbackSource.FILE, FeedbackKind.STARS)
    assert answer.left_at == answer.call.ended_at == answer.read_at, "history does not arrive unread"
    assert answer.location == world.riverside == answer.call.location
    assert not hasattr(answer.call, "rating")


def test_who_is_known_has_the_calls_and_who_is_not_is_kept_by_name(tmp_path, world):
    world.agent.name = "becky"
    world.agent.save()
    said = run(write(tmp_path, FORMS[0]))
    assert "2 people are not known, and kept by name: Dan, Diane" in said
    assert set(User.objects.filter(is_placeholder=True).values_list("name", flat=True)) == {"Dan", "Diane"}
    assert world.agent.calls.count() == sum(one.agent == "Becky" for one in log())
    for kept in User.objects.filter(is_placeholder=True):
        assert not kept.is_active and not kept.has_usable_password() and kept.email.endswith("@imported.invalid")


def test_of_many_unknown_people_a_few_are_named_and_the_rest_counted(tmp_path):
    rows = "".join(f"{n},2021-01-01,Y,Agent {n:02}\n" for n in range(12))
    assert "Agent 09 and 2 more\n" in run(text(tmp_path, f"Id,Date,Answered,Agent\n{rows}"))


def test_times_are_read_by_the_clock_that_is_chosen_and_across_a_change_of_it(tmp_path, world):
    rows = "Call Id,Date,Answered\n1,2021-03-13 12:00:00,Y\n2,2021-03-14 01:59,Y\n3,2021-03-14 12:00,Y\n"
    said = run(text(tmp_path, rows), "--zone", "America/New_York")
    assert "times are those of America/New_York" in said
    at = sorted(Call.objects.values_list("created_at", flat=True))
    assert [f"{one.astimezone(UTC):%d %H:%M}" for one in at] == ["13 17:00", "14 06:59", "14 16:00"]


def test_without_a_choice_the_location_has_the_clock(tmp_path, world):
    run(text(tmp_path, "Call Id,Date,Answered\n1,2021-01-13 12:00:00,Y\n"), "--location", "harbor")
    at = Call.objects.get().created_at
    assert at == datetime(2021, 1, 13, 12, tzinfo=ZoneInfo("America/Los_Angeles"))


def test_a_column_of_locations_places_each_call_by_its_own_clock(tmp_path, world):
    rows = "Id,Date,Answered,Location\n1,2021-01-13 12:00,Y,Riverside\n2,2021-01-13 12:00,Y,harbor\n3,2021-01-13,Y,X\n"
    with pytest.raises(CommandError, match="1 of 3 rows were rejected"):
        run(text(tmp_path, rows))
    placed = {call.location.name: call.created_at.astimezone(UTC).hour for call in Call.objects.all()}
    assert placed == {"Riverside": 17, "Harbor": 20}


def test_dates_that_can_be_read_both_ways_are_asked_for(tmp_path):
    path = text(tmp_path, "Id,Date,Answered\n1,1/2/2021,Y\n2,3/4/2021,Y\n")
    with pytest.raises(CommandError, match="day first or month first"):
        run(path)
    assert not Call.objects.exists() and not Import.objects.exists()
    run(path, "--dates", "day-first")
    assert {call.created_at.month for call in Call.objects.all()} == {2, 4}


def test_a_day_past_the_twelfth_anywhere_in_the_column_tells_the_order(tmp_path):
    rows = "".join(f"{n},1/{n}/2021,Y\n" for n in range(1, 32))
    run(text(tmp_path, f"Id,Date,Answered\n{rows}"))
    assert {call.created_at.month for call in Call.objects.all()} == {1}


def test_a_row_that_cannot_be_taken_says_why_and_stops_no_other(tmp_path):
    rows = [
        "1,2021-01-01,Y,100,3,Becky", "2,someday,Y,100,3,Becky", "3,2021-01-01,Y,100,7,Becky", ",2021-01-01,Y,1,1,x",
        "1,2021-01-02,Y,100,3,Becky", "5,2021-01-01,N,100,,Becky", "6,2021-01-01,Y,100,3,=cmd()", "7,2021-01-01,,,,x",
        "8,2021-01-01,Y,1,1,x,what,more",
    ]  # fmt: skip
    content = "Id,Date,Answered,Talk time,Rating,Agent\n" + "\n".join(rows)
    kept = tmp_path / "rejected.csv"
    with pytest.raises(CommandError, match="7 of 9 rows were rejected"):
        run(text(tmp_path, content), "--rejected", str(kept))
    assert Call.objects.count() == 2
    lines = list(csv.reader(StringIO(kept.read_text(encoding="utf-8-sig"))))
    why = {int(line[-2]): line[-1] for line in lines[1:]}
    assert lines[0][:6] == ["Id", "Date", "Answered", "Talk time", "Rating", "Agent"]
    assert why == {
        3: "Date: “someday” is no date",
        4: "Satisfaction, 1 to 5: 7 is not 1 to 5",
        5: "Its call id is empty",
        6: "Its call id “1” stands in a row above it too",
        7: "Not answered, and yet a talk time of 100 s",
        9: "It does not say whether the call was answered",
        10: "It has 8 cells under 6 headings",
    }


def test_a_dry_run_counts_the_same_and_writes_nothing(tmp_path):
    path = write(tmp_path, FORMS[0], log(40))
    run(path)
    more = write(tmp_path, FORMS[1])
    before = state()
    said = run(more, "--dry-run")
    assert "Would be: 20 new, 0 updated, 40 unchanged, 0 rejected" in said
    assert state() == before and Import.objects.count() == 1
    assert "Done: 20 new, 0 updated, 40 unchanged, 0 rejected" in run(more)


def test_a_changed_row_changes_its_call_and_a_blank_takes_nothing_away(tmp_path):
    heads = "Call Id,Date,Answered,Talk time,Rating,Topic,Agent,Resolved\n"
    run(text(tmp_path, heads + "1,2021-01-01 10:00,Y,100,3,Bill,Becky,N\n2,2021-01-01 10:00,Y,90,5,Bill,Dan,Y\n"))
    said = run(text(tmp_path, heads + "1,2021-01-01 10:00,Y,100,4,Bill,Becky,Y\n2,2021-01-01 10:00,Y,,,,,\n"))
    assert "0 new, 1 updated, 1 unchanged, 0 rejected" in said
    first, second = Call.objects.order_by("agent__name")
    assert (first.resolved, first.answers.get().star_rating) == (True, 4)
    kept = (second.talk_seconds, second.topic, second.agent.name, second.resolved, second.answers.get().star_rating)
    assert kept == (90, "Bill", "Dan", True, 5)


def test_without_an_id_a_row_is_known_by_all_that_stands_in_it_and_alike_ones_by_their_number(tmp_path):
    rows = "Date,Answered,Agent\n" + "2021-01-01 10:00,Y,Dan\n" * 3 + "2021-01-01 10:00,N,Dan\n"
    path = text(tmp_path, rows)
    assert "4 new, 0 updated, 0 unchanged" in run(path)
    assert "0 new, 0 updated, 4 unchanged" in run(path)
    assert "1 new, 0 updated, 4 unchanged" in run(text(tmp_path, rows + "2021-01-01 10:00,Y,Dan\n"))


def test_calls_that_do_not_say_which_way_they_went_are_what_was_chosen(tmp_path):
    path = text(tmp_path, "Id,Date,Answered,Direction\n1,2021-01-01,Y,\n2,2021-01-01,Y,in\n")
    run(path, "--direction", "outbound")
    assert sorted(Call.objects.values_list("kind", flat=True)) == [Kind.INCOMING, Kind.OUTBOUND]


def test_the_same_ids_of_another_source_are_other_calls(tmp_path):
    path = write(tmp_path, FORMS[0])
    run(path, "--source", "Lisbon")
    assert "60 new" in run(path, "--source", "Porto")
    assert Call.objects.count() == 120


def test_a_customer_is_found_by_number_or_address_and_a_wrong_number_is_told(tmp_path, world):
    rows = (
        "Id,Date,Status,Phone,Customer email\n1,2021-01-01,answered,+1 212 555 0101,\n"
        "2,2021-01-01,busy,,MARTA@example.test\n"
        "3,2021-01-01,missed,anonymous,\n4,2021-01-01,answered,12,\n5,2021-01-01,answered,(212) 555-0177,\n"
    )
    with pytest.raises(CommandError, match="1 of 5"):
        run(text(tmp_path, rows))
    calls = list(Call.objects.order_by("status", "number__e164"))
    assert [call.customer for call in calls if call.status != CallStatus.NO_ANSWER] == [world.marta, world.marta, None]
    assert {call.number.e164 for call in calls if call.number} == {"+12125550101", "+12125550177"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"Call Id,Date,Answered\n", "no row under it"),
        (b"1,2021-01-01,Y\n2,2021-01-01,Y\n", "looks like a row"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old kind"),
        (b"\x00\x01\x02\x03" * 500, "no table"),
        (b"PK\x03\x04broken", "no table|damaged|archive"),
        (b"a" * 10_000_000, "longer than a megabyte"),
        (b'Id,Date,Answered\n1,2021-01-01,"Y\n' + b"x\n" * 200_000, "quotation mark"),
        (",".join(f"c{n}" for n in range(100_000)).encode() + b"\n1\n", "100,000 columns"),
        (b"Name,Colour\nx,red\n", "which column tells when"),
    ],
)
def test_what_is_no_call_log_is_refused_with_a_sentence_and_leaves_nothing(
    tmp_path, settings, content, why, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(CommandError, match=why):
        run(text(tmp_path, content))
    assert not Import.objects.exists() and not Call.objects.exists()
    assert list((settings.VAR_DIR / "imports").iterdir()) == []


def test_odd_letters_and_old_encodings_are_read(tmp_path):
    rows = "Id;Date;Answered;Agent;Topic\n1;2021-01-01;Y;Zoë;Té\0a\n"
    run(text(tmp_path, rows.encode("cp1252")))
    run(text(tmp_path, rows.replace("1;", "2;").encode("utf-16")))
    run(text(tmp_path, rows.replace("1;", "3;").replace("\n", "\r").encode("utf-8")))
    assert set(Call.objects.values_list("agent__name", "topic")) == {("Zoë", "Téa")}
    assert Call.objects.count() == 3


def test_the_heading_may_stand_below_a_title_and_twice_the_same_name(tmp_path):
    run(text(tmp_path, "Calls of March\n\nId,Date,Answered,Topic,Topic\n1,2021-03-01,Y,Bill,other\n"))
    assert Call.objects.get().topic == "Bill"


def test_the_header_of_all_forms_is_what_the_test_thinks(tmp_path):
    for form in FORMS[:3]:
        head = write(tmp_path, form).read_text(encoding="utf-8-sig").splitlines()[0]
        assert head.replace(";", ",").startswith(",".join(HEADS))
