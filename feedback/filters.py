"""The filters of the calls list and of the deliveries: a GET form whose address can be sent to a colleague."""

from datetime import timedelta

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q

from calls.choices import CallStatus, Provider
from calls.models import Call
from calls.selectors import matching
from customers.models import Location
from feedback import selectors
from feedback.choices import Outcome
from integrations.choices import DeliveryState, Vendor

PERIODS = (("", "Any time"), ("today", "Today"), ("7", "7 days"), ("30", "30 days"))
RATED = (("", "Rated or not"), ("yes", "Rated"), ("no", "Not rated"))


def _any(label, choices):
    return [("", label), *choices]


class LenientForm(forms.Form):
    """Filters from an address: what makes no sense there is left out, never an error page."""

    def chosen(self):
        """field → cleaned value, of those that were given and made sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def applied(self):
        """(name, raw value, label) of each applied filter, for the chips above the list."""
        return [(name, self.data.get(name), self._label(name, value)) for name, value in self.chosen().items()]

    def _label(self, name, value):
        choices = dict(getattr(self.fields[name], "choices", ()) or ())
        return f"“{value}”" if name == "q" else str(choices.get(value, value))


class CallFilters(LenientForm):
    q = forms.CharField(required=False, max_length=100, label="Name, number or ticket")
    period = forms.ChoiceField(required=False, choices=PERIODS, label="Period")
    status = forms.ChoiceField(required=False, choices=_any("Any status", CallStatus.choices))
    outcome = forms.ChoiceField(required=False, choices=_any("Any outcome", Outcome.choices))
    rated = forms.ChoiceField(required=False, choices=RATED, label="Wrap-up")
    provider = forms.ChoiceField(required=False, choices=_any("Any provider", Provider.choices))
    agent = forms.ModelChoiceField(get_user_model().objects.none(), required=False, empty_label="Any agent")
    location = forms.ModelChoiceField(Location.objects.none(), required=False, empty_label="Any location")

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        if not user.is_supervisor:
            del self.fields["agent"], self.fields["location"]
            return
        self.fields["location"].queryset = Location.objects.visible_to(user).distinct()
        self.fields["agent"].queryset = agents_seen_by(user)

    def calls(self):
        """The calls this person may see that pass the filters."""
        calls = Call.objects.visible_to(self.user)
        for name, value in self.chosen().items():
            calls = calls.filter(getattr(self, f"_by_{name}")(value))
        return calls

    def _by_q(self, text):
        return matching(text)

    def _by_period(self, period):
        # "7 days" are today and the six before it.
        days = 0 if period == "today" else int(period) - 1
        return Q(created_at__gte=selectors.day_began() - timedelta(days=days))

    def _by_status(self, status):
        return Q(status=status)

    def _by_outcome(self, outcome):
        return Q(rating__outcome=outcome)

    def _by_rated(self, rated):
        return Q(rating__isnull=rated == "no")

    def _by_provider(self, provider):
        return Q(provider=provider)

    def _by_agent(self, agent):
        return Q(agent=agent)

    def _by_location(self, location):
        return Q(location=location)


def agents_seen_by(user):
    """People whose calls this person may watch: everybody, or who shares a location, and themselves."""
    people = get_user_model().objects.filter(is_active=True)
    if user.sees_all_locations:
        return people
    shared = Q(locations__in=Location.objects.visible_to(user)) | Q(pk=user.pk)
    return people.filter(pk__in=people.filter(shared).values("pk"))


class DeliveryFilters(LenientForm):
    state = forms.ChoiceField(required=False, choices=_any("Any state", DeliveryState.choices))
    vendor = forms.ChoiceField(required=False, choices=_any("Any vendor", Vendor.choices))

    def filter(self, deliveries):
        chosen = self.chosen()
        if "state" in chosen:
            deliveries = deliveries.filter(state=chosen["state"])
        if "vendor" in chosen:
            deliveries = deliveries.filter(connection__vendor=chosen["vendor"])
        return deliveries
