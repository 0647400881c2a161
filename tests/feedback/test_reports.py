"""The weekly report: who gets it when by their own clock, what it tells, and that it goes once."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail as django_mail
from hypothesis import given
from hypothesis import strategies as st

from accounts import mail
from accounts.models import Letter, User
from calls.models import Call
from feedback.coaching.choices import Stage, Why
from feedback.models import Alert, CoachingPick, Report, ReportWish
from feedback.reports import sending, weekly
from feedback.tallies import rebuild
from tests.feedback.answered import make_feedback
from tests.feedback.rated import ended_call, save
from tests.feedback.test_alerts import rule
from tests.world import make_user

WEEK = date(2026, 11, 9)  # a Monday
IN_IT = datetime(2026, 11, 11, 17, tzinfo=UTC)
BEFORE = IN_IT - timedelta(days=7)
DUE = datetime(2026, 11, 16, 7, 5, tzinfo=UTC)  # the Monday after it, by the clock of UTC
pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def long_here(world):
    """Everybody joined long ago, so that last Monday was theirs too."""
    User.objects.update(date_joined=datetime(2026, 1, 1, tzinfo=UTC))


def calls(agent, customer, count, quality=5, at=IN_IT):
    for _ in range(count):
        times = {"created_at": at, "connected_at": at, "ended_at": at + timedelta(minutes=4)}
        save(ended_call(agent, customer, **times), quality=quality, issues=["ECHO"] if quality < 5 else [])


def answers(location, score, count, at=IN_IT):
    for _ in range(count):
        make_feedback(location, nps_score=score, left_at=at)


def same_clock(world):
    """Another location of the same zone: its days are no reason to leave it out."""
    world.oak_street.time_zone = world.riverside.time_zone
    world.oak_street.save()
    rebuild.until_done()


def figure(told, key):
    return next(one for one in told["figures"] if one["key"] == key)


def due_names(now):
    return {user.email.split("@")[0] for user, _ in sending.due(now)}


def test_supervisors_and_admins_get_one_on_monday_at_seven(world, long_here):
    assert due_names(DUE) == {"supervisor", "elsewhere", "admin"}
    assert {week for _, week in sending.due(DUE)} == {WEEK}
    assert due_names(DUE - timedelta(minutes=6)) == set()  # 6:59


def test_seven_is_by_their_own_clock(world, long_here):
    User.objects.filter(pk=world.supervisor.pk).update(time_zone="America/New_York")
    assert due_names(DUE) == {"elsewhere", "admin"}
    assert "supervisor" in due_names(DUE + timedelta(hours=5))  # 7:05 there


def test_they_choose_day_and_hour_or_none(world, long_here):
    long_ago = datetime(2026, 11, 1, tzinfo=UTC)
    ReportWish.objects.create(user=world.supervisor, weekday=3, hour=18, changed_at=long_ago)
    ReportWish.objects.create(user=world.elsewhere, is_on=False, changed_at=long_ago)
    assert due_names(DUE) == {"admin"}
    thursday = datetime(2026, 11, 19, 18, 0, tzinfo=UTC)
    assert [(user.pk, week) for user, week in sending.due(thursday)] == [(world.supervisor.pk, WEEK)]


def test_who_changes_their_mind_after_the_hour_waits_for_the_next(world, long_here):
    ReportWish.objects.create(user=world.supervisor, hour=6, changed_at=DUE)
    assert "supervisor" not in due_names(DUE) and "supervisor" in due_names(DUE + timedelta(days=7))


def test_somebody_new_gets_no_report_of_before_they_came(world):
    User.objects.update(date_joined=DUE - timedelta(minutes=1))
    assert due_names(DUE) == set()


def test_who_has_left_or_is_no_supervisor_any_more_gets_none(world, long_here):
    User.objects.filter(pk=world.supervisor.pk).update(role="agent")
    User.objects.filter(pk=world.elsewhere.pk).update(is_active=False)
    assert due_names(DUE) == {"admin"}


def test_two_days_late_it_is_old_news(world, long_here):
    assert due_names(DUE + timedelta(hours=47)) and not due_names(DUE + timedelta(hours=48))


def test_who_sees_no_location_gets_none(world, long_here):
    lost = make_user("lost@example.test", "supervisor", date_joined=datetime(2026, 1, 1, tzinfo=UTC))
    sending.send_due(DUE)
    assert not Report.objects.filter(user=lost).exists() and Report.objects.count() == 3


def test_a_person_and_a_week_have_one(world, long_here):
    assert sending.send_due(DUE) == 3
    assert sending.send_due(DUE + timedelta(minutes=10)) == 0
    assert sending.send(world.supervisor, WEEK) is None  # another worker, who had looked before
    mail.send_due()
    assert sorted(one.to[0] for one in django_mail.outbox) == [
        *("admin@example.test", "elsewhere@example.test", "supervisor@example.test")
    ]


def test_a_worker_that_was_stopped_half_way_is_gone_on_with(world, long_here, monkeypatch):
    def stop_at_the_third(*given, told=[]):  # noqa: B006
        told.append(given)
        if len(told) == 3:
            raise KeyboardInterrupt
        return tell(*given)

    tell = weekly.tell
    with monkeypatch.context() as patch:
        patch.setattr(weekly, "tell", stop_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            sending.send_due(DUE)
    assert Report.objects.count() == Letter.objects.count() == 2
    sending.send_due(DUE)
    mail.send_due()
    assert Report.objects.count() == len(django_mail.outbox) == len({one.to[0] for one in django_mail.outbox}) == 3


def test_one_persons_trouble_is_nobody_elses(world, long_here, monkeypatch, caplog):
    def fail(user, week):
        if user == world.elsewhere:
            raise ZeroDivisionError
        return tell(user, week)

    tell = weekly.tell
    monkeypatch.setattr(weekly, "tell", fail)
    assert sending.send_due(DUE) == 2 and "example.test" not in caplog.text


def test_a_report_that_cannot_be_written_is_shown_and_logged_whole_once(
    as_elsewhere, as_supervisor, as_admin, world, long_here, monkeypatch, caplog
):
    def fail(user, week):
        if user == world.elsewhere:
            raise ZeroDivisionError
        return tell(user, week)

    tell = weekly.tell
    with monkeypatch.context() as broken:
        broken.setattr(weekly, "tell", fail)
        for minutes in (0, 10, 20):
            sending.send_due(DUE + timedelta(minutes=minutes))
    assert "tried 3 times" in as_elsewhere.get("/reports/").content.decode()
    assert "The report of <bdi>Eli Elsewhere</bdi> could not" in as_admin.get("/reports/").content.decode()
    assert "could not be written" not in as_supervisor.get("/reports/").content.decode()
    assert caplog.text.count("could not be told") == 3 and caplog.text.count("Traceback") == 1
    assert sending.send_due(DUE + timedelta(minutes=30)) == 1
    assert "could not be written" not in as_elsewhere.get("/reports/").content.decode()


def test_after_the_day_was_changed_the_week_is_not_told_twice(world, long_here):
    sending.send_due(DUE)
    ReportWish.objects.create(user=world.supervisor, weekday=2, changed_at=DUE)
    assert "supervisor" not in due_names(DUE + timedelta(days=2))


def test_figures_of_the_week_beside_those_before(world):
    calls(world.agent, world.marta, 12, quality=5)
    calls(world.agent, world.marta, 10, quality=4, at=BEFORE)
    told = weekly.tell(world.supervisor, WEEK)
    quality = figure(told, "call_quality")
    assert (quality["value"], quality["note"], quality["before"]) == ("5.00 of 5", "12 rated", "4.00 of 5")
    assert (quality["delta"], quality["tone"]) == ("up 1.00", "good")
    assert figure(told, "calls")["value"] == "12" and figure(told, "nps")["value"] == "–"


def test_only_of_their_own_locations(world):
    same_clock(world)
    calls(world.agent, world.marta, 2)
    calls(world.agent, world.oskar, 3)
    answers(world.oak_street, 0, 1)
    watched = rule(world.oak_street)
    given = {"value": 1, "n": 9, "latest_value": 1, "latest_n": 9, "threshold": 3, "days": 7, "opened_at": IN_IT}
    Alert.objects.create(rule=watched, location=world.oak_street, **given)
    pick = {"week": WEEK, "agent": world.agent, "why": Why.WORST, "location": world.oak_street}
    CoachingPick.objects.create(call=ended_call(world.agent, world.oskar), **pick)
    seen = {}
    for name in ("supervisor", "elsewhere", "admin"):
        told = weekly.tell(getattr(world, name), WEEK)
        counts = (told["alerts_opened"], told["coaching"]["left"])
        seen[name] = (figure(told, "calls")["value"], told["where"], *counts)
    assert seen == {
        "supervisor": ("2", "Harbor, Riverside", 0, 0),
        "elsewhere": ("3", "Oak Street", 1, 1),
        "admin": ("5", "all locations", 1, 1),
    }


def test_the_best_and_the_worst_location_by_unhappy_answers(world):
    answers(world.riverside, 3, 5), answers(world.riverside, 9, 5)
    answers(world.harbor, 3, 1), answers(world.harbor, 9, 9)
    told = weekly.tell(world.supervisor, WEEK)
    assert (told["best"]["name"], told["best"]["value"]) == ("Harbor", "10.0%")
    assert (told["worst"]["name"], told["worst"]["value"]) == ("Riverside", "50.0%")
    assert f"location={world.harbor.pk}" in told["best"]["link"] and "from=2026-11-09" in told["best"]["link"]


def test_a_location_whose_private_scores_fall_has_an_early_warning(world):
    answers(world.riverside, 3, 10), answers(world.riverside, 9, 10, at=BEFORE)
    told = weekly.tell(world.supervisor, WEEK)["warnings"]
    assert [one["name"] for one in told] == ["Riverside"] and told[0]["says"].startswith("NPS down 200 points")


def test_of_one_location_with_enough_answers_nothing_is_ranked(world):
    answers(world.riverside, 3, 10), answers(world.harbor, 9, 9)
    assert weekly.tell(world.supervisor, WEEK)["best"] is None


def test_who_improved_on_ten_calls_in_both_weeks(world):
    calls(world.agent, world.marta, 10, quality=5), calls(world.agent, world.marta, 10, quality=3, at=BEFORE)
    calls(world.colleague, world.marta, 9, quality=5), calls(world.colleague, world.marta, 10, quality=1, at=BEFORE)
    told = weekly.tell(world.supervisor, WEEK)
    assert told["improved"] == [{"name": "Ada Agent", "says": "Call quality up 2.00 from 3.00 of 5"}]


def test_what_may_be_chance_is_no_improvement_here_either(world):
    calls(world.agent, world.marta, 20, quality=4, at=BEFORE)
    calls(world.agent, world.marta, 19, quality=4), calls(world.agent, world.marta, 1, quality=5)
    assert weekly.tell(world.supervisor, WEEK)["improved"] == []


def test_where_sunday_is_not_over_yet_it_is_said(world):
    today = datetime.now(UTC).date()
    this_week = today - timedelta(days=today.weekday())
    assert weekly.tell(world.supervisor, this_week)["not_over"] == ["Harbor", "Riverside"]
    assert weekly.tell(world.supervisor, WEEK - timedelta(days=70))["not_over"] == []


def test_the_mail_links_in_and_loads_nothing(world, long_here):
    calls(world.agent, world.marta, 12)
    row = rule(world.riverside)
    given = {"value": 1, "n": 9, "latest_value": 1, "latest_n": 9, "threshold": 3.5, "days": 7, "opened_at": IN_IT}
    alert = Alert.objects.create(rule=row, location=world.riverside, **given)
    sending.send(world.supervisor, WEEK)
    mail.send_due()
    message = django_mail.outbox[0]
    html = message.alternatives[0].content
    assert message.subject == "Week of 9 November: 12 calls, 1 alert open"
    for text in (message.body, html):
        assert f"http://127.0.0.1:8000/alerts/{alert.pk}/" in text and "http://127.0.0.1:8000/coaching/" in text
        assert "Call quality, Riverside: 1.00 of 5, below 3.5 of 5" in text
    assert not re.search(r"<img|<script|<style|style=|<link|src=", html)
    links = re.findall(r'href="([^"]+)"', html)
    assert links and all(link.startswith("http://127.0.0.1:8000/") for link in links)
    assert "&amp;" not in message.body


def test_names_people_typed_are_text_in_it(world, long_here):
    world.riverside.name = "<img src=x onerror=alert(1)>"
    world.riverside.save()
    sending.send(world.supervisor, WEEK)
    assert "<img" not in Letter.objects.get().html and "&lt;img" in Letter.objects.get().html


def test_it_costs_the_same_for_one_and_for_many(world, django_assert_max_num_queries):
    calls(world.agent, world.marta, 12)
    for more in (2, 0):
        with django_assert_max_num_queries(38):
            weekly.tell(world.supervisor, WEEK)
        for _ in range(more):
            person = make_user(locations=[world.riverside])
            calls(person, world.marta, 10), calls(person, world.marta, 10, quality=2, at=BEFORE)
            answers(world.riverside, 9, 10), answers(world.harbor, 2, 10)


zones = st.sampled_from(["UTC", "America/New_York", "Pacific/Kiritimati", "Pacific/Honolulu", "Asia/Kathmandu"])
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@given(zones, moments, st.integers(0, 6), st.integers(0, 23))
def test_the_moment_is_the_last_of_its_weekday_and_hour(zone, now, weekday, hour):
    due = sending.moment(User(time_zone=zone), ReportWish(weekday=weekday, hour=hour), now)
    assert (due.weekday(), due.hour) == (weekday, hour)
    assert due <= now < due + timedelta(days=7, hours=2)  # a week with an hour more or less
    week = sending.week_before(due)
    assert week.weekday() == 0 and 7 <= (due.date() - week).days <= 13


def test_the_wish_is_shown_and_saved(as_supervisor, world):
    page = as_supervisor.get("/reports/").content.decode()
    assert '<option value="0" selected>Monday' in page and '<option value="7" selected>07:00' in page
    assert as_supervisor.post("/reports/", {"is_on": "on", "weekday": "4", "hour": "16"}).status_code == 302
    wish = ReportWish.objects.get()
    assert (wish.user, wish.is_on, wish.weekday, wish.hour) == (world.supervisor, True, 4, 16)
    as_supervisor.post("/reports/", {"weekday": "4", "hour": "16"})
    assert ReportWish.objects.get().is_on is False


def test_saved_as_it_was_it_puts_off_nothing(as_supervisor, world, long_here):
    as_it_was = {"is_on": "on", "weekday": "0", "hour": "7"}
    as_supervisor.post("/reports/", as_it_was)
    assert not ReportWish.objects.exists() and "supervisor" in due_names(DUE)
    ReportWish.objects.create(user=world.supervisor, changed_at=BEFORE)
    as_supervisor.post("/reports/", as_it_was)
    assert ReportWish.objects.get().changed_at == BEFORE


@pytest.mark.parametrize("wrong", [{"weekday": "7"}, {"hour": "24"}, {"hour": "x"}, {"weekday": ""}])
def test_what_makes_no_sense_gets_a_sentence(as_supervisor, wrong):
    answer = as_supervisor.post("/reports/", {"is_on": "on", "weekday": "1", "hour": "7"} | wrong)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == list(wrong)


def test_the_preview_sends_and_keeps_nothing(as_supervisor, world):
    page = as_supervisor.get("/reports/preview/").content.decode()
    assert "Nothing was sent" in page and "Harbor, Riverside" in page and "Call quality" in page
    assert not Report.objects.exists() and not Letter.objects.exists()


def test_send_me_one_now_sends_one_and_a_slip_does_not_send_two(as_supervisor, world):
    answer = as_supervisor.post("/reports/now/")
    report = Report.objects.get()
    assert answer["Location"] == f"/reports/{report.pk}/" and report.was_asked_for
    as_supervisor.post("/reports/now/")
    mail.send_due()
    assert Report.objects.count() == len(django_mail.outbox) == 1
    assert sending.send(world.supervisor, report.week) is not None  # the one that comes by itself still comes


def test_the_archive_is_ones_own_and_stays_as_it_was(as_supervisor, as_elsewhere, as_admin, world):
    calls(world.agent, world.marta, 3)
    report = sending.send(world.supervisor, WEEK)
    calls(world.agent, world.marta, 2)
    mail.send_due()
    listed = as_supervisor.get("/reports/").content.decode()
    assert f'href="/reports/{report.pk}/"' in listed and "9 November 2026" in listed and "Sent" in listed
    page = as_supervisor.get(f"/reports/{report.pk}/").content.decode()
    assert "<b>3</b>" in page and "It stays as it was then" in page
    assert as_elsewhere.get(f"/reports/{report.pk}/").status_code == 404
    assert as_admin.get(f"/reports/{report.pk}/").status_code == 404
    assert "No report yet" in as_elsewhere.get("/reports/").content.decode()


def test_who_has_lost_a_location_does_not_read_of_it_in_old_reports(as_supervisor, world):
    report = sending.send(world.supervisor, WEEK)
    world.harbor.members.remove(world.supervisor)
    assert as_supervisor.get(f"/reports/{report.pk}/").status_code == 404
    assert as_supervisor.post(f"/reports/{report.pk}/letter/").status_code == 404


def test_one_that_may_not_have_arrived_is_sent_again_by_its_reader(as_supervisor, world):
    report = sending.send(world.supervisor, WEEK)
    Letter.objects.update(state="unclear", why="The worker was stopped while it handed this mail over.")
    page = as_supervisor.get(f"/reports/{report.pk}/").content.decode()
    assert "May not have arrived" in page and "Send it again" in page
    as_supervisor.post(f"/reports/{report.pk}/letter/")
    mail.send_due()
    as_supervisor.post(f"/reports/{report.pk}/letter/")
    mail.send_due()
    assert len(django_mail.outbox) == 1


def test_agents_and_strangers_get_none(as_agent, as_stranger):
    assert {
        one.get(at).status_code for one in (as_agent, as_stranger) for at in ("/reports/", "/reports/preview/")
    } == {403}


def test_coaching_counts_what_is_left_and_done(as_supervisor, world):
    given = {"week": WEEK, "location": world.riverside, "agent": world.agent, "why": Why.WORST}
    CoachingPick.objects.create(call=ended_call(world.agent, world.marta), **given)
    done = {"stage": Stage.REVIEWED, "done_at": datetime.now(UTC), "score": 3}
    CoachingPick.objects.create(call=ended_call(world.agent, world.marta), **given, **done)
    assert weekly.tell(world.supervisor, WEEK)["coaching"] == {"left": 1, "done": 1}
    assert weekly.tell(world.elsewhere, WEEK)["coaching"] == {"left": 0, "done": 0}
    Call.objects.update(location=world.oak_street)
    assert weekly.tell(world.supervisor, WEEK)["coaching"] == {"left": 0, "done": 0}
