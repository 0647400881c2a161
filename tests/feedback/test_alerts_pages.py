"""The pages of alerts and thresholds: each supervisor's own locations, every wrong input a sentence."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from feedback.alerts import check
from feedback.alerts.choices import Where
from feedback.models import Alert, AlertRule
from tests.feedback.test_alerts import rate, rule

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NEW = "/alerts/thresholds/new/"


def alert(row, location, **fields):
    said = {"value": 2.5, "n": 41, "latest_value": 2.75, "latest_n": 44, "threshold": row.threshold, "days": row.days}
    return Alert.objects.create(rule=row, location=location, **(said | fields))


def page(client, address="/alerts/"):
    return client.get(address).content.decode()


def posted(world, **changes):
    fields = {"metric": "call_quality", "place": str(world.riverside.pk), "side": "below", "threshold": "3.5"}
    return fields | {"days": "7", "least": "10", "mailed": [str(world.supervisor.pk)]} | changes


def test_a_supervisor_sees_the_alerts_of_their_locations(as_supervisor, as_elsewhere, as_admin, world):
    each, together = rule(where=Where.EACH), rule(where=Where.TOGETHER, metric="nps")
    here, there = alert(each, world.riverside), alert(each, world.oak_street)
    everywhere = alert(together, None)
    assert "2.75 of 5" in page(as_supervisor) and "of 44 rated" in page(as_supervisor)
    for client, seen in ((as_supervisor, {here}), (as_elsewhere, {there}), (as_admin, {here, there, everywhere})):
        shown = page(client)
        assert {one for one in (here, there, everywhere) if f'href="/alerts/{one.pk}/"' in shown} == seen
        statuses = {one: client.get(f"/alerts/{one.pk}/").status_code for one in (here, there, everywhere)}
        assert {one for one, status in statuses.items() if status == 200} == seen


def test_agents_and_strangers_have_no_alerts(as_agent, as_stranger, world):
    assert {one.get(at).status_code for one in (as_agent, as_stranger) for at in ("/alerts/", NEW)} == {403}


def test_the_count_beside_the_navigation_is_of_ones_own_open_ones(as_supervisor, as_elsewhere, world):
    each = rule(where=Where.EACH)
    alert(each, world.riverside), alert(each, world.harbor), alert(each, world.oak_street)
    alert(each, world.riverside, ended_at=timezone.now(), ended_how="recovered")
    for client, count in ((as_supervisor, 2), (as_elsewhere, 1)):
        answer = client.get(reverse("feedback:unread"), HTTP_HX_REQUEST="true").content.decode()
        assert f'innerHTML:.unread-alerts">{count}<' in answer
    assert "unread-alerts" in page(as_supervisor)


def test_the_banner_names_the_newest_and_counts_the_rest(as_supervisor, as_elsewhere, world):
    for metric in ("call_quality", "nps", "csat", "happy_rate"):
        alert(rule(world.riverside, metric=metric), world.riverside)
    shown = as_supervisor.get("/alerts/banner/", HTTP_HX_REQUEST="true").content.decode()
    assert "NPS, Riverside: 2, below 3.5" in shown and "1 more" in shown
    assert as_elsewhere.get("/alerts/banner/", HTTP_HX_REQUEST="true").content.decode().strip() == ""
    assert as_supervisor.get("/alerts/banner/").url == "/alerts/"


def test_an_alert_says_how_it_stood_how_it_stands_and_how_it_ends(as_supervisor, world):
    row = rule(world.riverside, least=10, mailed=[world.supervisor, world.elsewhere])
    one = alert(row, world.riverside, latest_n=4)
    shown = page(as_supervisor, f"/alerts/{one.pk}/")
    assert "2.50 of 5" in shown and "of 41 rated" in shown and "below 3.5 of 5" in shown
    assert "Too few to say whether it has recovered: nothing is said below 10" in shown
    assert "sum of the agents’ ratings / rated calls" in shown and "two checks in a row" in shown
    assert "Sam Supervisor" in shown and "Eli Elsewhere" not in shown


def test_a_threshold_is_written_changed_and_removed_and_it_is_written_down(as_supervisor, world):
    assert as_supervisor.post(NEW, posted(world))["Location"] == "/alerts/thresholds/"
    row = AlertRule.objects.get()
    assert (row.location, row.threshold, row.days, row.least, row.made_by) == (
        *(world.riverside, 3.5, 7, 10),
        world.supervisor,
    )
    assert list(row.mailed.all()) == [world.supervisor]
    listed = page(as_supervisor, "/alerts/thresholds/")
    assert "Call quality, Riverside: below 3.5 of 5 in the last 7 days" in listed and "Sam Supervisor" in listed
    address = f"/alerts/thresholds/{row.pk}/"
    changed = {"side": "above", "threshold": "4", "days": "30", "least": "20", "mailed": []}
    assert as_supervisor.post(address, changed).status_code == 302
    row.refresh_from_db()
    assert (row.side, row.threshold, row.days, row.least, row.metric) == ("above", 4, 30, 20, "call_quality")
    assert not row.mailed.exists()
    assert AuditEntry.objects.first().changes["threshold"] == ["3.5", "4"]
    assert AuditEntry.objects.first().changes["mailed"] == [["Sam Supervisor"], []]
    assert "Remove this threshold?" in page(as_supervisor, f"{address}remove/")
    as_supervisor.post(f"{address}remove/")
    assert "No threshold yet" in page(as_supervisor, "/alerts/thresholds/")
    assert as_supervisor.get(address).status_code == 404


def test_a_removed_one_can_be_set_anew_and_the_same_twice_cannot(as_supervisor, world):
    as_supervisor.post(NEW, posted(world))
    again = as_supervisor.post(NEW, posted(world, threshold="2"))
    assert again.status_code == 422 and "There is a threshold for this figure" in again.content.decode()
    assert 'value="2"' in again.content.decode()  # nothing typed is lost
    as_supervisor.post(f"/alerts/thresholds/{AlertRule.objects.get().pk}/remove/")
    assert as_supervisor.post(NEW, posted(world)).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"metric": "made_up"}, "metric"),
        ({"metric": ""}, "metric"),
        ({"place": ""}, "place"),
        ({"place": "together"}, "place"),  # for who sees all
        ({"place": "each"}, "place"),
        ({"side": "beside"}, "side"),
        ({"threshold": "NaN"}, "threshold"),
        ({"threshold": "1e400"}, "threshold"),
        ({"threshold": ""}, "threshold"),
        ({"threshold": "1"}, "threshold"),  # of 1 to 5 nothing is below
        ({"side": "above", "threshold": "5"}, "threshold"),
        ({"metric": "answer_rate", "side": "above", "threshold": "100"}, "threshold"),
        ({"metric": "calls", "days": "1"}, "days"),
        ({"days": "0"}, "days"),
        ({"days": "91"}, "days"),
        ({"least": "0"}, "least"),
        ({"least": "9" * 30}, "least"),
        ({"mailed": ["999999"]}, "mailed"),
        ({"mailed": ["x"]}, "mailed"),
        ({"mailed": ["9" * 40]}, "mailed"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(as_supervisor, world, changes, field):
    answer = as_supervisor.post(NEW, posted(world, **changes))
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    assert not AlertRule.objects.exists()


def test_nps_may_be_below_nothing(as_supervisor, world):
    assert as_supervisor.post(NEW, posted(world, metric="nps", threshold="-20")).status_code == 302


def test_another_location_cannot_be_watched_nor_its_people_told(as_supervisor, as_elsewhere, world):
    assert as_supervisor.post(NEW, posted(world, place=str(world.oak_street.pk))).status_code == 422
    assert as_supervisor.post(NEW, posted(world, mailed=[str(world.elsewhere.pk)])).status_code == 422
    as_supervisor.post(NEW, posted(world))
    row = AlertRule.objects.get()
    for address in (f"/alerts/thresholds/{row.pk}/", f"/alerts/thresholds/{row.pk}/remove/"):
        assert as_elsewhere.get(address).status_code == 404 and as_elsewhere.post(address).status_code == 404
    assert "Riverside" not in page(as_elsewhere, "/alerts/thresholds/")


def test_who_does_not_see_the_place_is_not_written_to(as_admin, world):
    answer = as_admin.post(NEW, posted(world, mailed=[str(world.elsewhere.pk)]))
    assert answer.status_code == 422 and "Eli Elsewhere may not see Riverside" in answer.content.decode()
    wide = posted(world, place="together", mailed=[str(world.supervisor.pk)])
    assert "Sam Supervisor may not see all locations" in as_admin.post(NEW, wide).content.decode()
    assert as_admin.post(NEW, posted(world, place="each")).status_code == 302


def test_a_threshold_of_each_location_is_looked_at_by_all_and_changed_by_who_sees_all(as_supervisor, as_admin, world):
    row = rule(where=Where.EACH, mailed=[world.admin])
    listed = page(as_supervisor, "/alerts/thresholds/")
    assert "Call quality, each location by itself" in listed and "Ana Admin" not in listed
    assert as_supervisor.get(f"/alerts/thresholds/{row.pk}/").status_code == 404
    assert as_admin.get(f"/alerts/thresholds/{row.pk}/").status_code == 200


def test_everybody_says_for_themselves_whether_they_get_the_mails(as_supervisor, as_elsewhere, world):
    row = rule(world.riverside)
    address = f"/alerts/thresholds/{row.pk}/mail/"
    assert "Mail me" in page(as_supervisor, "/alerts/thresholds/")
    as_supervisor.post(address, {"wanted": "yes"})
    assert list(row.mailed.all()) == [world.supervisor] and "No mail to me" in page(
        as_supervisor, "/alerts/thresholds/"
    )
    as_supervisor.post(address, {"wanted": "no"})
    assert not row.mailed.exists()
    assert as_elsewhere.post(address, {"wanted": "yes"}).status_code == 404


def test_the_pages_cost_the_same_for_one_and_for_many(as_supervisor, world, django_assert_num_queries):
    def many():
        for metric in ("nps", "csat", "happy_rate", "answer_rate", "calls"):
            row = rule(world.riverside, metric=metric, mailed=[world.supervisor, world.admin])
            alert(row, world.riverside), alert(row, world.harbor, ended_at=timezone.now())

    alert(rule(world.riverside, mailed=[world.supervisor]), world.riverside)
    for _ in range(2):
        with django_assert_num_queries(5):  # session, user, open, over, how many over
            page(as_supervisor)
        with django_assert_num_queries(5):  # session, user, thresholds, which are mine, who is told
            page(as_supervisor, "/alerts/thresholds/")
        many() if AlertRule.objects.count() == 1 else None


@pytest.mark.parametrize(("days", "asked"), [(1, "period=today"), (7, "period=7"), (14, "from=")])
def test_the_number_behind_an_alert_opens_with_the_same_value(as_supervisor, world, days, asked):
    rule(world.riverside, days=days)
    rate(world.agent, world.marta, 2), rate(world.agent, world.harriet, 5)
    check.check()
    one = Alert.objects.get()
    link = as_supervisor.get(f"/alerts/{one.pk}/").context["receipt"]
    assert asked in link and f"location={world.riverside.pk}" in link
    shown = as_supervisor.get(link)
    assert shown.status_code == 200 and "2.00" in shown.content.decode()
