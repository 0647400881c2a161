"""What watches over the calls: thresholds with an open alert, calls picked for coaching, reports that were sent."""

from datetime import timedelta
from math import ceil

from django.utils import timezone

from accounts.choices import LetterState
from accounts.models import Letter, User
from config.demo.sign_ins import email
from customers.models import Location
from feedback.alerts import check
from feedback.alerts.choices import Ending, Where
from feedback.coaching import pick, reviews
from feedback.coaching.choices import Why
from feedback.models import Alert, AlertRule, CoachingPick, CoachingWeek, Report, ReportWish
from feedback.reports import sending
from feedback.tallies import rebuild

WEEKS = 3
# For each review in turn: score, what went well, what to work on, the note.
SAID = (
    (4, ["opening", "solving"], [], "You asked twice whether everything was settled. Keep that."),
    (3, ["tone"], ["closing"], "Good until the end: say what happens next before you hang up."),
    (5, ["listening", "explaining", "tone"], [], "I will play this one to the others, if you do not mind."),
    (
        2,
        ["opening"],
        ["listening", "wrap_up"],
        "She said twice that she could hardly hear you. Ring back on a better line.",
    ),
)
ANSWERS = ("", "Thank you. The line was bad all morning, I have told the carrier.", "")


def write(now):
    """As of `now` (aware)."""
    rebuild.until_done()  # the figures that the thresholds are held against
    supervisor = User.objects.get(email=email("supervisor"))
    _alerts(supervisor, now)
    _coaching(supervisor, now)
    _reports(supervisor, now)
    # They went as they were written; nobody gets the demo's mail.
    Letter.objects.filter(sent_at=None).update(sent_at=now)
    Letter.objects.update(state=LetterState.SENT, tries=1)


def _alerts(supervisor, now):
    riverside = Location.objects.get(name="Riverside")
    crossed = _rule(supervisor, "call_quality", riverside, _just_above(riverside), days=30)
    _rule(supervisor, "wrap_up_completion", None, 60, days=30)
    over = _rule(supervisor, "contact_rate", riverside, 20, days=7)
    check.check()
    Alert.objects.filter(rule=crossed).update(opened_at=now - timedelta(hours=26))
    was = {"value": 18.2, "n": 33, "latest_value": 31.4, "latest_n": 35, "threshold": 20, "days": 7}
    ended = {"ended_at": now - timedelta(days=6), "ended_how": Ending.RECOVERED, "checked_at": now - timedelta(days=6)}
    Alert.objects.create(rule=over, location=riverside, opened_at=now - timedelta(days=8), **was, **ended)


def _just_above(place):
    """A threshold that the quality of its calls is just below: somebody set it too high."""
    figure = check.Figures(30, {"call_quality"}).of(AlertRule(metric="call_quality", days=30), place)
    return min(ceil((figure.value or 4) * 10) / 10 + 0.1, 5)


def _rule(by, metric, place, threshold, days):
    where = Where.ONE if place else Where.EACH
    rule = AlertRule.objects.create(
        metric=metric, where=where, location=place, threshold=round(threshold, 1), days=days, made_by=by
    )
    rule.mailed.add(by)
    return rule


def _coaching(supervisor, now):
    """The calls of the last weeks: the older ones were looked at, of the last week a few."""
    for place in Location.objects.order_by("pk"):
        for ago in range(WEEKS):
            pick.pick_week(pick.last_week(place, now) - timedelta(weeks=ago), place)
    last = {place.pk: pick.last_week(place, now) for place in Location.objects.all()}
    seen = CoachingPick.objects.visible_to(supervisor).order_by("week", "pk")
    old = [one for one in seen if one.week < last[one.location_id]]
    for number, picked in enumerate([*old, *_first_of_each(one for one in seen if one not in old)]):
        _review(supervisor, picked, number, now, is_old=picked in old)
    CoachingWeek.objects.update(picked_at=now - timedelta(days=2))


def _first_of_each(picks):
    """One call of each agent."""
    found = {}
    for one in picks:
        found.setdefault(one.agent_id, one)
    return found.values()


def _review(supervisor, picked, number, now, is_old):
    score, strong, weak, note = SAID[number % len(SAID)]
    if picked.why == Why.RANDOM and number % 5 == 4:
        reviews.skip(supervisor, picked, 0, "Only a wrong number, nothing to say about it")
        return
    reviews.review(supervisor, picked, 0, {"score": score, "strong": strong, "weak": weak, "note": note})
    at = now - timedelta(days=8 if is_old else 1, hours=number)
    CoachingPick.objects.filter(pk=picked.pk).update(done_at=at)
    if is_old:
        reviews.read(picked.agent, picked, picked.version, ANSWERS[number % len(ANSWERS)])
        CoachingPick.objects.filter(pk=picked.pk).update(read_at=at + timedelta(hours=20))


def _reports(supervisor, now):
    """Two Mondays' reports; the next one comes by itself."""
    ReportWish.objects.create(user=supervisor, changed_at=now - timedelta(days=40))
    monday = sending.week_before(now.astimezone(timezone.get_fixed_timezone(0)))
    for ago in (1, 0):
        report = sending.send(supervisor, monday - timedelta(weeks=ago))
        if report:
            at = now - timedelta(weeks=ago, hours=9)
            Report.objects.filter(pk=report.pk).update(made_at=at)
            Letter.objects.filter(pk=report.letter_id).update(made_at=at, sent_at=at)
