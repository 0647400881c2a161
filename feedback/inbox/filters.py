"""The filters over reviews and feedback: a GET form, whose fields the export and "mark all as read" understand too."""

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.db.models import Q

from accounts.filters import LenientForm, RowField
from customers.access import accounts_seen_by
from customers.models import ClientAccount, Location
from feedback import selectors
from feedback.choices import FeedbackKind, FeedbackSource, Mood
from feedback.fields import DayField, midnight
from feedback.inbox.moods import OF_MOOD
from feedback.models import Feedback, Review
from integrations.text import clean

UNKNOWN = "unknown"  # a location that we do not know
PERIODS = (("", "Any time"), ("today", "Today"), ("7", "7 days"), ("30", "30 days"), ("90", "90 days"))
WORDS = (("", "With or without words"), ("yes", "With words"), ("no", "Without words"))
HANDLED = (("", "Handled or not"), ("no", "Not handled"), ("yes", "Handled"))
SOURCES = [("", "Given anywhere"), *FeedbackSource.choices]
READ = (("", "Read or not"), ("no", "Unread"), ("yes", "Read"))
REPLIED = (("", "Answered or not"), ("no", "Not answered"), ("yes", "Answered"))
# What is offered to choose from is what the newest rows have: reading a million for it would cost every page.
NEWEST = 2_000


@dataclass(frozen=True)
class Range:
    """Two fields of one scale."""

    label: str
    lowest: object
    highest: object


def number(label, low, high, step="1"):
    widget = forms.NumberInput(attrs={"step": step, "inputmode": "decimal", "placeholder": "any"})
    places = 2 if step != "1" else 0
    return forms.DecimalField(
        required=False,
        label=label,
        min_value=low,
        max_value=high,
        max_digits=4,
        decimal_places=places,
        widget=widget,
    )


class InboxFilters(LenientForm):
    """What both lists have. `at` names the time they go by, `said` the columns with words."""

    model, at, said = None, "", ()
    location = forms.ChoiceField(required=False, label="Location")
    account = RowField(ClientAccount, "Client account", "Any account")
    period = forms.ChoiceField(required=False, choices=PERIODS, label="Period")
    words = forms.ChoiceField(required=False, choices=WORDS, label="Words")
    handled = forms.ChoiceField(required=False, choices=HANDLED, label="Handled")
    read = forms.ChoiceField(required=False, choices=READ, label="Read")
    since = DayField("From day")
    until = DayField("To day")
    first, ranges_of = (), ()

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        places = Location.objects.visible_to(user).order_by("name", "pk").distinct().values_list("pk", "name")
        self.fields["account"].queryset = accounts_seen_by(user)
        unknown = [(UNKNOWN, "Unknown location")] if user.sees_all_locations else []
        self.fields["location"].choices = [("", "Any location"), *((str(pk), name) for pk, name in places), *unknown]

    def rows(self):
        """The rows this person may see that pass the filters."""
        rows = self.model.objects.visible_to(self.user)
        for name, value in self.chosen().items():
            rows = rows.filter(getattr(self, f"_by_{name}")(value))
        return rows

    def always(self):
        """The fields of the bar; `more` are those behind "More filters", `ranges` the pairs of numbers."""
        return [self[name] for name in self.first]

    def more(self):
        in_pairs = {name for _, *names in self.ranges_of for name in names}
        return [self[name] for name in self.fields if name not in self.first and name not in in_pairs]

    def ranges(self):
        return [Range(label, self[lowest], self[highest]) for label, lowest, highest in self.ranges_of]

    def has_more(self):
        """Whether one of those behind "More filters" is on."""
        return any(name not in self.first for name in self.chosen())

    def _offer(self, name, label, values):
        """Fill a choice with what there is, and with what is chosen already."""
        chosen = clean(str(self.data.get(name, ""))[:100])  # no database finds what it cannot hold
        known = dict(values)
        if chosen and chosen not in known:
            known[chosen] = chosen
        self.fields[name].choices = [("", label), *sorted(known.items(), key=lambda one: one[1].lower())]

    def _newest(self):
        return self.model.objects.visible_to(self.user).order_by(f"-{self.at}")[:NEWEST]

    def _label(self, name, value):
        if name == "since":
            return f"From {value:%-d %b %Y}"
        if name == "until":
            return f"To {value:%-d %b %Y}"
        for label, lowest, highest in self.ranges_of:
            if name in (lowest, highest):
                return f"{label} {'from' if name == lowest else 'to'} {value.normalize():f}"
        return super()._label(name, value)

    def _by_location(self, place):
        return Q(location=None) if place == UNKNOWN else Q(location=int(place))

    def _by_account(self, account):
        return Q(location__account=account)

    def _by_period(self, period):
        return Q(**{f"{self.at}__gte": selectors.period_began(period)})

    def _by_since(self, first):
        return Q(**{f"{self.at}__gte": midnight(first)})

    def _by_until(self, last):
        return Q(**{f"{self.at}__lt": midnight(last + timedelta(days=1))})

    def _by_words(self, word):
        return has_words(self.said, word == "yes")

    def _by_handled(self, word):
        return Q(handled_at__isnull=word == "no")

    def _by_read(self, word):
        return unread() if word == "no" else ~Q(read_at=None)


def has_words(columns, wanted=True):
    """Rows in which one of these columns says something; or none of them does."""
    silent = Q(**dict.fromkeys(columns, ""))
    return ~silent if wanted else silent


def unread():
    """What nobody has opened. What is gone asks for nobody's attention; the index on unread rows says the same."""
    return Q(read_at=None, gone_at=None)


class ReviewFilters(InboxFilters):
    model, at, said = Review, "written_at", ("title", "description")
    platform = forms.ChoiceField(required=False, label="Platform")
    replied = forms.ChoiceField(required=False, choices=REPLIED, label="Answered")
    rating_from = number("Rating from", 0, 5, "0.5")
    rating_to = number("Rating to", 0, 5, "0.5")
    first = ("location", "platform", "period", "replied", "read")
    ranges_of = (("Rating", "rating_from", "rating_to"),)

    def __init__(self, data, *, user):
        super().__init__(data, user=user)
        names = self._newest().values_list("platform", "platform_name")
        self._offer("platform", "Any platform", {at: name or at for at, name in names if at})

    def _by_platform(self, platform):
        return Q(platform=platform)

    def _by_replied(self, word):
        return Q(replied_at__isnull=word == "no")

    def _by_rating_from(self, lowest):
        return Q(rating__gte=lowest)

    def _by_rating_to(self, highest):
        return Q(rating__lte=highest)


class AnswerFilters(InboxFilters):
    model, at, said = Feedback, "left_at", ("comments",)
    kind = forms.ChoiceField(required=False, choices=[("", "Any type"), *FeedbackKind.choices], label="Type")
    source = forms.ChoiceField(required=False, choices=SOURCES, label="Given by")
    mood = forms.ChoiceField(required=False, choices=[("", "Happy or unhappy"), *Mood.choices], label="Mood")
    campaign = forms.ChoiceField(required=False, label="Campaign")
    nps_from = number("NPS from", 0, 10)
    nps_to = number("NPS to", 0, 10)
    stars_from = number("Stars from", 1, 5)
    stars_to = number("Stars to", 1, 5)
    first = ("location", "kind", "mood", "period", "read")
    ranges_of = (("NPS", "nps_from", "nps_to"), ("Stars", "stars_from", "stars_to"))

    def __init__(self, data, *, user):
        super().__init__(data, user=user)
        campaigns = self._newest().values_list("campaign", flat=True)
        self._offer("campaign", "Any campaign", {one: one for one in campaigns if one})

    def rows(self):
        return super().rows().filter(self._scores())

    def _scores(self):
        """Each scale by its own numbers: with a range of one, answers on the others are left out; with a range of
        both, an answer passes on its own."""
        chosen, wanted = self.chosen(), Q()
        for kind, column, name in (
            (FeedbackKind.NPS, "nps_score", "nps"),
            (FeedbackKind.STARS, "star_rating", "stars"),
        ):
            ends = {"gte": chosen.get(f"{name}_from"), "lte": chosen.get(f"{name}_to")}
            limits = {f"{column}__{end}": int(value) for end, value in ends.items() if value is not None}
            if limits:
                wanted |= Q(kind=kind, **limits)
        return wanted

    def _nothing(self, value):
        return Q()  # told by _scores

    _by_nps_from = _by_nps_to = _by_stars_from = _by_stars_to = _nothing

    def _by_kind(self, kind):
        return Q(kind=kind)

    def _by_source(self, source):
        return Q(source=source)

    def _by_mood(self, mood):
        return OF_MOOD[mood]

    def _by_campaign(self, campaign):
        return Q(campaign=campaign)
