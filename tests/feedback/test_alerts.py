"""Thresholds: an alert opens once, stays open until the figure has recovered, and tells once of each."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts import mail
from customers.models import Location
from feedback.alerts import check, rules
from feedback.alerts.choices import Ending, Side, Where
from feedback.models import Alert, AlertRule, Rating
from tests.feedback.rated import ended_call, save
from tests.world import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def rule(location=None, **fields):
    fields.setdefault("metric", "call_quality")
    fields.setdefault("threshold", 3.5)
    fields.setdefault("least", 3)
    fields.setdefault("where", Where.ONE if location else Where.TOGETHER)
    mailed = fields.pop("mailed", ())
    row = AlertRule.objects.create(location=location, **fields)
    row.mailed.set(mailed)
    return row


def rate(agent, customer, quality, times=3, **fields):
    for _ in range(times):
        save(ended_call(agent, customer, **fields), quality=quality, issues=["ECHO"])


def raise_all(quality=5):
    Rating.objects.update(quality=quality)


def two_checks():
    """Two in a row, as five minutes apart: the first is put back in time."""
    check.check()
    Alert.objects.filter(better_since__isnull=False).update(better_since=timezone.now() - timedelta(minutes=5))
    check.check()


def sent():
    mail.send_due()
    return [(message.to[0].split("@")[0], message.subject) for message in django_mail.outbox]


def test_an_alert_opens_when_the_figure_crosses_and_says_what_it_saw(world):
    row = rule(world.riverside)
    rate(world.agent, world.marta, 3)
    check.check()
    alert = Alert.objects.get()
    assert (alert.rule, alert.location, alert.value, alert.n, alert.threshold) == (row, world.riverside, 3, 3, 3.5)
    assert alert.ended_at is None
    row.refresh_from_db()
    assert row.checked_at


def test_on_the_threshold_itself_nothing_opens(world):
    rule(world.riverside, threshold=3)
    rule(world.riverside, threshold=3, side=Side.ABOVE)
    rate(world.agent, world.marta, 3)
    check.check()
    assert not Alert.objects.exists()


def test_a_small_base_opens_nothing_and_a_plain_count_has_no_base(world):
    rule(world.riverside, least=4)
    rule(world.riverside, metric="calls", side=Side.ABOVE, threshold=2, least=50)
    rate(world.agent, world.marta, 1)
    check.check()
    assert [one.rule.metric for one in Alert.objects.all()] == ["calls"]


def test_what_is_checked_again_and_again_opens_and_tells_once(world):
    rule(world.riverside, mailed=[world.supervisor])
    rate(world.agent, world.marta, 2)
    check.check(), check.check(), check.check()
    assert Alert.objects.count() == 1
    assert sent() == [("supervisor", "Call quality, Riverside: 2.00 of 5, below 3.5 of 5")]
    body = django_mail.outbox[0].body
    assert f"http://127.0.0.1:8000/alerts/{Alert.objects.get().pk}/" in body and "3 rated" in body


def test_it_recovers_after_two_checks_in_a_row_and_tells_once(world):
    rule(world.riverside, mailed=[world.supervisor])
    rate(world.agent, world.marta, 2)
    check.check()
    raise_all()
    check.check()
    assert Alert.objects.get().ended_at is None  # one check is no recovery
    check.check()
    assert Alert.objects.get().ended_at is None  # nor are two at the same moment
    two_checks(), check.check()
    alert = Alert.objects.get()
    assert (alert.ended_how, alert.latest_value, alert.value) == (Ending.RECOVERED, 5, 2)
    assert [subject for _, subject in sent()][1:] == ["Call quality, Riverside has recovered: 5.00 of 5"]


def test_one_bad_check_between_begins_the_recovery_anew(world):
    rule(world.riverside)
    rate(world.agent, world.marta, 2)
    check.check()
    raise_all()
    check.check()
    raise_all(2)
    check.check()
    assert Alert.objects.get().better_since is None
    raise_all()
    check.check()
    assert Alert.objects.get().ended_at is None


def test_a_base_that_has_become_too_small_recovers_nothing(world):
    rule(world.riverside)
    rate(world.agent, world.marta, 2)
    check.check()
    Rating.objects.filter(pk__in=Rating.objects.values("pk")[:2]).update(quality=None)
    raise_all_rated = Rating.objects.exclude(quality=None)
    raise_all_rated.update(quality=5)
    two_checks()
    alert = Alert.objects.get()
    assert (alert.ended_at, alert.latest_n) == (None, 1)


def test_after_it_has_recovered_it_opens_again(world):
    rule(world.riverside, mailed=[world.supervisor])
    rate(world.agent, world.marta, 2)
    check.check()
    raise_all()
    two_checks()
    raise_all(1)
    check.check()
    assert Alert.objects.count() == 2 and Alert.objects.open().count() == 1
    assert len(sent()) == 3


def test_each_location_by_itself_and_all_together(world):
    rule(where=Where.EACH)
    rule(where=Where.TOGETHER)
    rate(world.agent, world.marta, 1)
    rate(world.agent, world.harriet, 5, times=9)
    check.check()
    assert [(one.rule.where, one.location) for one in Alert.objects.all()] == [(Where.EACH, world.riverside)]
    rate(world.elsewhere, world.oskar, 1, times=12)
    check.check()
    found = {(one.rule.where, one.location) for one in Alert.objects.all()}
    assert found == {(Where.EACH, world.riverside), (Where.EACH, world.oak_street), (Where.TOGETHER, None)}


def test_only_who_sees_the_place_and_is_still_here_is_told(world):
    gone = make_user("gone@example.test", "supervisor", [world.riverside], is_active=False)
    everybody = [world.supervisor, world.elsewhere, world.admin, world.agent, gone]
    rule(where=Where.EACH, mailed=everybody)
    rule(where=Where.TOGETHER, mailed=everybody)
    rate(world.agent, world.marta, 1)
    check.check()
    told = sorted((name, subject.split(", ")[1]) for name, subject in sent())
    assert told == [
        ("admin", "All locations together: 1.00 of 5"),
        ("admin", "Riverside: 1.00 of 5"),
        ("supervisor", "Riverside: 1.00 of 5"),
    ]


def test_who_has_lost_the_location_is_not_told_any_more(world):
    rule(world.riverside, mailed=[world.supervisor])
    world.riverside.members.remove(world.supervisor)
    rate(world.agent, world.marta, 1)
    check.check()
    assert Alert.objects.exists() and sent() == []


def test_a_changed_or_removed_threshold_ends_its_alert_without_a_mail(world):
    row = rule(world.riverside, mailed=[world.supervisor])
    rate(world.agent, world.marta, 1)
    check.check()
    row.threshold = 3
    rules.save(world.supervisor, row, [world.supervisor], {"threshold": ["3.5", "3"]})
    assert Alert.objects.get().ended_how == Ending.CHANGED
    check.check()
    rules.remove(world.supervisor, row)
    check.check()
    assert [one.ended_how for one in Alert.objects.order_by("pk")] == [Ending.CHANGED, Ending.REMOVED]
    assert len(sent()) == 2  # of the two openings


@pytest.mark.parametrize("meanwhile", ["changed", "removed"])
def test_a_threshold_that_was_changed_or_removed_while_the_figures_were_counted_opens_nothing(world, meanwhile):
    row = rule(world.riverside, mailed=[world.supervisor])
    rate(world.agent, world.marta, 3)

    def another(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if "feedback_tally" in sql and AlertRule.objects.filter(threshold=3.5, removed_at=None).exists():
            fresh = AlertRule.objects.get(pk=row.pk)
            fresh.threshold = 2
            if meanwhile == "changed":
                rules.save(world.supervisor, fresh, [world.supervisor], {"threshold": ["3.5", "2"]})
            else:
                rules.remove(world.supervisor, row)
        return answer

    with connection.execute_wrapper(another):
        check.check()
    assert not Alert.objects.exists() and sent() == []


@pytest.mark.parametrize("closed", [{"is_active": False}, {"gone_at": timezone.now()}])
def test_with_its_location_an_alert_ends_and_none_opens_there_any_more(world, closed):
    rule(world.riverside, mailed=[world.supervisor]), rule(None, where=Where.EACH)
    rate(world.agent, world.marta, 1)
    check.check()
    Location.objects.filter(pk=world.riverside.pk).update(**closed)
    check.check()
    assert [one.ended_how for one in Alert.objects.all()] == [Ending.CLOSED] * 2
    assert len(sent()) == 1  # of its opening


def test_of_the_days_only_those_of_the_threshold_count(world):
    rule(world.riverside, days=1)
    rule(world.riverside, days=7)
    before = timezone.now() - timedelta(days=3)
    rate(world.agent, world.marta, 1, ended_at=before, connected_at=before, created_at=before)
    check.check()
    assert [one.days for one in Alert.objects.all()] == [7]


def test_a_figure_nobody_knows_any_more_stops_nobody(world):
    rule(world.riverside, metric="of_old")
    rule(world.riverside)
    rate(world.agent, world.marta, 1)
    check.check()
    assert Alert.objects.count() == 1


def test_many_thresholds_of_the_same_days_are_one_reading(world, django_assert_max_num_queries):
    for metric in ("nps", "csat", "calls", "answer_rate", "happy_rate", "contact_rate"):
        for location in (world.riverside, world.harbor, world.oak_street):
            rule(location, metric=metric, threshold=-100)
    with django_assert_max_num_queries(9):
        check.check()


@pytest.mark.django_db(transaction=True)
def test_two_workers_open_one_alert(world):
    rule(world.riverside, mailed=[world.supervisor])
    rate(world.agent, world.marta, 1)
    start = threading.Barrier(2)

    def look():
        start.wait(timeout=30)
        check.check()
        connection.close()

    workers = [threading.Thread(target=look) for _ in range(2)]
    [one.start() for one in workers]
    [one.join() for one in workers]
    assert Alert.objects.count() == 1 and len(sent()) == 1


def test_the_second_of_two_workers_finds_it_open_and_writes_no_mail(world, monkeypatch):
    """Forced: it looked for open ones before the first had opened one."""
    row = rule(world.riverside, mailed=[world.supervisor])
    rate(world.agent, world.marta, 1)
    check.check()
    check._open(row, world.riverside, check.Figures(7, {"call_quality"}).of(row, world.riverside))
    assert Alert.objects.count() == 1 and len(sent()) == 1


def test_an_alert_that_cannot_be_written_for_another_reason_is_a_fault_that_is_told(world):
    row = rule(world.riverside)
    with pytest.raises(IntegrityError):
        check._open(row, world.riverside, SimpleNamespace(value=1.0, n=-1))
