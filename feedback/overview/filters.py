"""What the overview is of: a GET form whose address can be sent to a colleague."""

from datetime import timedelta
from urllib.parse import urlencode

from django import forms
from django.utils import timezone

from accounts.filters import LenientForm, PersonField, RowField, any_of
from calls.choices import Provider
from customers.access import accounts_seen_by
from customers.models import ClientAccount, Location
from feedback.explorer.filters import agents_seen_by
from feedback.fields import DayField
from feedback.scope import Scope

TODAY, CUSTOM, USUAL = "today", "custom", "7"
PERIODS = ((TODAY, "Today"), ("7", "7 days"), ("30", "30 days"), ("90", "90 days"), (CUSTOM, "Own days"))
LONGEST = 5 * 366  # days: beyond them an address costs more than it tells


class OverviewFilters(LenientForm):
    """Nothing chosen is the last seven days of everything the person may see. `from` and `to` hold with “Own days”,
    or where no period is named."""

    period = forms.ChoiceField(required=False, choices=PERIODS, label="Period", widget=forms.RadioSelect)
    location = RowField(Location, "Location", "All locations")
    account = RowField(ClientAccount, "Client account", "All accounts")
    agent = PersonField("Agent", "All agents")
    provider = forms.ChoiceField(required=False, label="Provider", choices=any_of("All providers", Provider.choices))

    NARROWS = ("location", "account", "agent", "provider")
    DAYS = ("period", "from", "to")

    def __init__(self, data, *, user, now=None):
        super().__init__(data)
        self.user, self.now = user, now or timezone.now()  # one moment for all that a page counts
        self.fields |= {"from": DayField("From"), "to": DayField("To")}  # “from” is Python’s own word
        self.fields["location"].queryset = Location.objects.visible_to(user).distinct()
        self.fields["account"].queryset = accounts_seen_by(user)
        self.fields["agent"].queryset = agents_seen_by(user)

    @property
    def scope(self):
        """The Scope of what is chosen."""
        chosen = self.chosen()
        narrowed = {name: chosen[name] for name in self.NARROWS if name in chosen}
        if self.which != CUSTOM:
            days = 1 if self.which == TODAY else int(self.which)
            return Scope.of_last(self.user, days, now=self.now, **narrowed)
        first, last = self.days
        return Scope(self.user, first, last, **narrowed)

    @property
    def which(self):
        """Which of PERIODS holds."""
        chosen = self.chosen()
        own = CUSTOM if "from" in chosen or "to" in chosen else ""
        if chosen.get("period") == CUSTOM:
            return own or USUAL
        return chosen.get("period") or own or USUAL

    @property
    def days(self):
        """(first, last) of own days: turned where they stand the wrong way round, a week where one is missing."""
        chosen = self.chosen()
        last = chosen.get("to") or max(timezone.localdate(), chosen["from"])
        first = chosen.get("from") or last - timedelta(days=int(USUAL) - 1)
        first, last = sorted((first, last))
        return max(first, last - timedelta(days=LONGEST - 1)), last

    @property
    def is_cut(self):
        """Whether more days were asked for than are shown."""
        chosen = self.chosen()
        if self.which != CUSTOM or not ("from" in chosen and "to" in chosen):
            return False
        return abs((chosen["to"] - chosen["from"]).days) >= LONGEST

    # --- how it shows

    def applied(self):
        """(name, raw value, label) of what narrows beyond the period."""
        shown = self.NARROWS if self.which != CUSTOM else (*self.NARROWS, "from", "to")
        return [chip for chip in super().applied() if chip[0] in shown]

    def _label(self, name, value):
        if name in ("from", "to"):
            return f"{self.fields[name].label} {value.day} {value:%B %Y}"
        return str(value) if name in ("location", "account", "agent") else super()._label(name, value)

    @property
    def query(self):
        """What was chosen as a dict of texts: the address of this page, and of every other that understands it."""
        # A list of rows without a period shows them all, so that it is always named.
        if self.which != CUSTOM:
            return {"period": self.which, **self.narrowed}
        # As they are counted, turned, filled and cut: a list that took them as they came would hold other rows.
        first, last = self.days
        return self.narrowed | {"from": first.isoformat(), "to": last.isoformat()}

    def address(self, **more):
        """That as "?a=b", with more parameters."""
        return f"?{urlencode(self.query | more)}"

    @property
    def narrowed(self):
        """What narrows beyond the days, as a dict of texts."""
        chosen = self.chosen()
        return {name: self.data.get(name) for name in self.NARROWS if name in chosen}

    @property
    def periods(self):
        """(value, label, whether it holds) for the buttons."""
        return [(value, label, value == self.which) for value, label in PERIODS]

    @property
    def selects(self):
        return [self[name] for name in self.NARROWS]

    @property
    def own_days(self):
        """(name, label, value) of the two day fields, filled with the days that are shown."""
        scope = self.scope
        return [("from", "From", scope.first), ("to", "To", scope.last)]
