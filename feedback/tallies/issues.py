"""Calls by issue, with the answers of exactly those calls: what bad sound costs in satisfaction."""

from collections import Counter, defaultdict

from django.db.models import Count, Q

from calls.models import DATED, Call
from feedback.models.answers import Feedback
from feedback.tallies import columns

ANSWERS = ("nps_answers", "promoters", "detractors", "star_answers", "satisfied")
ASKED_AT_ONCE = 500  # calls whose answers are looked up in one query; below SQLite's limit of parameters


def days(places):
    """{(day, location, agent, provider, issue): Counter of calls and of their answers}."""
    rows = places.rows(Call.objects.filter(columns.CALLS["with_issue"]), DATED, "location", "agent", "provider")
    calls = list(rows.values_list("pk", "rating__issues", "day", "at", "who", "through"))
    answers = _answers([pk for pk, *_ in calls])
    found = defaultdict(Counter)
    for pk, issues, *key in calls:
        for issue in set(issues):
            found[*key, issue].update({"calls": 1} | answers.get(pk, {}))
    return found


def _answers(calls):
    """{call: counts} of the calls that were answered about."""
    found = {}
    for n in range(0, len(calls), ASKED_AT_ONCE):
        some = calls[n : n + ASKED_AT_ONCE]
        for at in ("call", "requests__call"):
            for row in _counts(Q(**{f"{at}__in": some}), at):
                call = row.pop(at)
                counts = {name.removeprefix(columns.COUNTED): value for name, value in row.items()}
                found.setdefault(call, Counter()).update(counts)
    return found


def _counts(of, at):
    """An answer that names its call is counted once, whatever request asked for it."""
    answers = Feedback.objects.filter(of, gone_at=None)
    answers = answers if at == "call" else answers.filter(call=None)
    kinds = {columns.COUNTED + name: Count("pk", filter=columns.ANSWERS[name], distinct=True) for name in ANSWERS}
    return answers.order_by().values(at).annotate(**kinds)
