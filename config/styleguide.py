"""The living page of all parts, with invented but likely data, so that a change to a part is seen at once."""

from datetime import date, timedelta

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import for_admins
from config import charts

DAYS = [date(2026, 10, 22) + timedelta(days=n) for n in range(30)]
# Invented: six calls in seven on weekdays, and a bad line on the 9th of November.
ANSWERED = [62 if day.weekday() < 5 else 18 for day in DAYS]
VOICEMAIL = [14 + day.day % 5 for day in DAYS]
NO_ANSWER = [11 + day.day % 7 for day in DAYS]
FAILED = [19 if day == date(2026, 11, 9) else 2 + day.day % 3 for day in DAYS]
QUALITY = [4.1, 4.2, 4.2, 4.3, 4.1, 4.0, 4.2, 4.4, 4.3, 4.3, 4.2, 4.1, 4.2, 4.3, 4.4] * 2

OUTCOMES = (
    ("reached", "Reached", "1"),
    ("not_interested", "Not interested", "2"),
    ("callback", "Call back", "3"),
    ("wrong_party", "Wrong person", "4"),
    ("do_not_call", "Do not call again", "5"),
    ("voicemail", "Voicemail", "6"),
    ("no_answer", "No answer", "7"),
    ("busy", "Busy", "8"),
    ("disconnected_number", "Number not in service", "9"),
    ("failed", "Call failed", "0"),
)
ISSUES = (
    ("AUDIO_LAG", "Audio delay"),
    ("BROKEN_AUDIO", "Broken audio"),
    ("CALL_DROPPED", "Call dropped"),
    ("CALLERID_ISSUE", "Wrong caller id"),
    ("DIGITS_NOT_CAPTURED", "Keys not recognised"),
    ("ECHO", "Echo"),
    ("HIGH_CONNECT_TIME", "Took long to connect"),
    ("LOW_AUDIO_LEVEL", "Too quiet"),
    ("ONE_WAY_AUDIO", "One-way audio"),
    ("OTHERS", "Something else"),
    ("ROBOTIC_AUDIO", "Robotic voice"),
)
ISSUE_COUNTS = (142, 97, 71, 44, 31, 19, 11, 8)


class ExampleForm(forms.Form):
    name = forms.CharField(label="Name")
    email = forms.EmailField(label="E-mail in CCAI", help_text="Without it CCAI cannot ring you.")
    zone = forms.ChoiceField(label="Time zone", choices=[("Europe/Lisbon", "Lisbon, 14:32"), ("UTC", "UTC, 14:32")])
    role = forms.ChoiceField(
        label="Role", choices=[("agent", "Agent"), ("supervisor", "Supervisor")], widget=forms.RadioSelect
    )
    shortcuts = forms.BooleanField(label="Keyboard shortcuts", required=False, initial=True)
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea(attrs={"rows": 3}))


@for_admins
@require_safe
def styleguide(request):
    """All parts on one page."""
    return render(request, "styleguide.html", context())


def context():
    """The examples: two forms (empty, refused), charts, chips, and a call that began four minutes ago."""
    now = timezone.now()
    return {
        "form": ExampleForm(initial={"zone": "Europe/Lisbon", "role": "agent"}, prefix="good"),
        "refused": _refused(),
        "outcomes": OUTCOMES,
        "issues": ISSUES,
        "scale": range(11),
        "now": now,
        "call_began": now - timedelta(minutes=3, seconds=47),
        "wrap_up_ends": now + timedelta(minutes=4, seconds=22),
        "stack": _stack(),
        "quality": charts.line(DAYS, QUALITY, low=1, high=5, target=4),
        "pareto": charts.pareto([(label, n, "#") for (_, label), n in zip(ISSUES, ISSUE_COUNTS, strict=False)]),
        "tiles": _tiles(),
    }


def _refused():
    form = ExampleForm({"bad-zone": "UTC", "bad-email": "marta at example", "bad-name": ""}, prefix="bad")
    form.is_valid()
    return form


def _stack():
    names = {"Answered": ANSWERED, "Voicemail": VOICEMAIL, "No answer": NO_ANSWER, "Failed": FAILED}
    series = [
        {"key": f"d{n}", "name": name, "values": values, "sum": sum(values)}
        for n, (name, values) in enumerate(names.items(), 1)
    ]
    return charts.stacked(DAYS, series)


def _tiles():
    return [
        _tile("Calls", "2,614", "", "6.4%", "from 2,457", ANSWERED),
        _tile("Answer rate", "64.8", "%", "2.1 pts", "from 62.7%", NO_ANSWER),
        _tile("Call quality", "4.2", "of 5", "0.1", "from 4.3", QUALITY, better=False),
        {"label": "Wrap-ups waiting", "figure": "–", "note": "No call has ended yet today"},
    ]


def _tile(label, figure, unit, delta, before, values, better=True):
    return {
        "label": label,
        "figure": figure,
        "unit": unit,
        "delta": delta,
        "from": before,
        "up": better,
        "tone": "good" if better else "bad",
        "spark": charts.spark(values),
    }
