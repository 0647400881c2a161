"""The form that asks one customer for feedback: with which template, from where, when, and whether by link only."""

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from customers.models import Location
from feedback import proposals, survey_facts, templates_kept, verdict
from feedback.choices import RequestOrigin
from feedback.services import requests
from feedback.when import WhenForm


class AskForm(WhenForm):
    """`customer` with phone and location; `user` says from which of the customer's locations one may ask."""

    location = forms.ModelChoiceField(Location.objects.none(), label="From", empty_label=None)
    hand_over = forms.BooleanField(label="Hand it over to FeedbackAPI now. It cannot be recalled then.", required=False)

    def __init__(self, data=None, *, customer, user):
        super().__init__(data)
        self.customer, self.user, self.wait = customer, user, ""
        self.places = _places(customer, user)
        self.offer(templates_kept.for_accounts({place.account_id for place in self.places if place.account_id}))
        self.fields["location"].queryset = Location.objects.filter(pk__in=[place.pk for place in self.places])

    @property
    def is_stuck(self):
        return not (self.places and self.kept)

    @property
    def why_stuck(self):
        if not self.places:
            return f"{self.customer} belongs to no location that you may ask from."
        return "No message template is kept yet. An admin adds those of FeedbackAPI under Templates."

    # What is chosen, also while it is being chosen.

    @property
    def chosen_when(self):
        return self._raw("when", proposals.NOW)

    @cached_property
    def place(self):
        chosen = self._raw("location", "")
        return next((one for one in self.places if str(one.pk) == chosen), next(iter(self.places), None))

    @cached_property
    def chosen_template(self):
        account = self.place.account if self.place else None
        fitting = templates_kept.for_account(account)
        chosen = self._raw("template", "")
        if not chosen:
            return templates_kept.first_for(self.customer, fitting)
        return next((one for one in fitting if one.vendor_id == chosen), None)

    def _raw(self, name, default):
        return self.data.get(name, default) if self.is_bound else default

    def verdict(self):
        """The Verdict on what is chosen so far, at the time it would go."""
        now, due = timezone.now(), self._due() if self.chosen_when == proposals.LATER else None
        facts = survey_facts.FactBook([self.customer], due or now).of(self.customer, self.place)
        suppress = self.chosen_when == proposals.LINK
        at = survey_facts.wished_time(facts.rule, now, due, suppress)
        self.wait = survey_facts.wait_of(facts.rule) if self.chosen_when == proposals.NOW else ""
        return verdict.of(verdict.Ask(self.customer, self.chosen_template, self.place, at, suppress), facts)

    def _due(self):
        try:
            return self.fields["due"].clean(self.due_shown)
        except forms.ValidationError:
            return None

    def send(self):
        """The FeedbackRequest of a valid form. Raises NotAsked."""
        data = self.cleaned_data
        return requests.request(
            self.customer,
            self.chosen_template,
            self.place,
            self.user,
            due=self.chosen_due,
            suppress=self.suppress,
            origin=RequestOrigin.CUSTOMER,
            hand_over=bool(self.chosen_due) and data["hand_over"],
        )


def _places(customer, user):
    mine = Location.objects.visible_to(user).filter(is_active=True, gone_at=None).select_related("account")
    at = [customer.location_id, *customer.other_locations.values_list("pk", flat=True)]
    found = {place.pk: place for place in mine.filter(pk__in=at).distinct()}
    return [found[pk] for pk in dict.fromkeys(at) if pk in found]
