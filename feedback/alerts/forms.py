"""What a supervisor fills in for a threshold."""

from django import forms
from django.db.models import Q

from accounts.access import SUPERVISORS
from accounts.models import User
from customers.fields import Several
from customers.models import Location
from feedback.alerts.choices import Where
from feedback.alerts.words import ALL, EACH
from feedback.metrics import METRICS
from feedback.models import AlertRule

LONGEST = 90  # days; the longest period of the overview
MOST = 1_000_000  # a base nobody has
BIGGEST = 1_000_000_000
# Unit → what a figure with it can be: a threshold beyond is never crossed.
RANGES = {"%": (0, 100), "of 5": (1, 5)}
NPS = (-100, 100)


def range_of(metric):
    """(least, most) a figure can be; None for no end."""
    if metric.key == "nps":
        return NPS
    return RANGES.get(metric.unit, (0, None))


def _choices():
    """Every figure, in groups by what it is counted from."""
    groups = {}
    for metric in METRICS.values():
        words = f"{metric.label} ({metric.unit})" if metric.unit else metric.label
        groups.setdefault(metric.source.capitalize(), []).append((metric.key, words))
    return [("", "Choose"), *groups.items()]


class RuleForm(forms.ModelForm):
    """A threshold. What it watches stands fast once it is written; the rest can be changed."""

    place = forms.ChoiceField(label="Where")
    threshold = forms.FloatField(
        label="This value",
        min_value=-BIGGEST,
        max_value=BIGGEST,
        widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}),
        help_text="In the figure’s own unit, as its name says it; times in seconds.",
    )
    mailed = Several(
        User.objects.none(),
        label="Mail to",
        required=False,
        help_text="Once when it opens and once when it has recovered. Everybody else sees it on the page.",
    )
    field_order = ("metric", "place", "side", "threshold", "days", "least", "mailed")

    class Meta:
        model = AlertRule
        fields = ["metric", "side", "threshold", "days", "least"]
        labels = {"metric": "Figure", "side": "Opens an alert", "days": "Of the last days", "least": "Smallest base"}
        help_texts = {
            "days": "Today and the days before it. 1: today alone.",
            "least": "With fewer behind the figure nothing is said. A plain count has no base.",
        }
        widgets = {"side": forms.RadioSelect}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.locations = Location.objects.visible_to(user)
        self.fields["metric"] = forms.ChoiceField(label="Figure", choices=_choices)
        self.fields["side"].choices = AlertRule._meta.get_field("side").choices
        self.fields["place"].choices = self._places()
        for name, most in (("days", LONGEST), ("least", MOST)):
            field = self.fields[name]
            field.min_value, field.max_value = 1, most
            self.fields[name] = forms.IntegerField(
                label=field.label,
                help_text=field.help_text,
                min_value=1,
                max_value=most,
                initial=field.initial,
                widget=forms.NumberInput({"inputmode": "numeric"}),
            )
        self.fields["mailed"].queryset = self._people()
        self.initial.setdefault("mailed", self._first_people())
        self.order_fields(self.field_order)
        if self.instance.pk:
            del self.fields["metric"], self.fields["place"]

    def _first_people(self):
        return list(self.instance.mailed.values_list("pk", flat=True)) if self.instance.pk else [self.user.pk]

    def _places(self):
        wide = [(Where.TOGETHER.value, ALL), (Where.EACH.value, EACH)] if self.user.sees_all_locations else []
        here = self.locations.filter(is_active=True, gone_at=None).order_by("name", "pk")
        return [("", "Choose"), *wide, *((str(one.pk), one.name) for one in here)]

    def _people(self):
        """Who may be chosen: supervisors who see all, or something of what this person sees."""
        people = User.objects.people().filter(is_active=True, role__in=SUPERVISORS)
        if not self.user.sees_all_locations:
            people = people.filter(Q(sees_all_locations=True) | Q(locations__in=self.locations.values("pk")))
        return people.distinct()

    def clean(self):
        given = super().clean()
        self._put_place(given)
        metric = METRICS.get(given.get("metric") or self.instance.metric)
        if metric:
            self._look_at_threshold(metric, given)
        if self.instance.location or self.instance.where != Where.ONE:
            self._look_at_people(given.get("mailed") or ())
        return given

    def _put_place(self, given):
        place = given.get("place")
        if place is None or not place:
            return
        is_wide = place in (Where.TOGETHER, Where.EACH)
        self.instance.where = place if is_wide else Where.ONE
        self.instance.location = None if is_wide else self.locations.get(pk=int(place))

    def _look_at_threshold(self, metric, given):
        value, side = given.get("threshold"), given.get("side")
        if value is None or not side:
            return
        least, most = range_of(metric)
        beyond = (side == "above" and most is not None and value >= most) or (side == "below" and value <= least)
        if beyond:
            self.add_error("threshold", f"{metric.label} can never be {side} {value:g}: choose another value.")
        elif metric.is_count and side == "below" and given.get("days") == 1:
            self.add_error("days", "A count of today is small every morning. Choose at least 2 days.")

    def _look_at_people(self, people):
        """A mail tells of a place: nobody may be told of one they do not see."""
        blind = [str(one) for one in people if not self._sees(one)]
        if blind:
            where = self.instance.location or "all locations"
            self.add_error("mailed", f"{', '.join(blind)} may not see {where}: take them off the list.")

    def _sees(self, person):
        if person.sees_all_locations or self.instance.where == Where.EACH:
            return True
        return self.instance.where == Where.ONE and self.instance.location.members.filter(pk=person.pk).exists()

    @property
    def changes(self):
        """{field: [old, new]} of what was changed, as people read it."""
        return {name: [_said(self[name].initial), _said(self.cleaned_data[name])] for name in self.changed_data}


def _said(value):
    if value is None:
        return ""
    if hasattr(value, "values_list") or isinstance(value, list):
        people = User.objects.filter(pk__in=[getattr(one, "pk", one) for one in value])
        return sorted(str(one) for one in people)
    return f"{value:g}" if isinstance(value, float) else str(value)
