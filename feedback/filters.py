"""The filters of deliveries and of requests: GET forms whose addresses can be sent to a colleague."""

from datetime import timedelta

from django import forms

from accounts.filters import LenientForm, RowField, any_of
from customers.models import Location
from feedback.choices import RequestOrigin, RequestStatus
from feedback.fields import DayField, midnight
from feedback.models import FeedbackRequest, MessageTemplate
from feedback.request_status import BY_SMS, with_status
from integrations.choices import DeliveryState, Vendor


class DeliveryFilters(LenientForm):
    state = forms.ChoiceField(required=False, choices=any_of("Any state", DeliveryState.choices))
    vendor = forms.ChoiceField(required=False, choices=any_of("Any vendor", Vendor.choices))

    def filter(self, deliveries):
        chosen = self.chosen()
        if "state" in chosen:
            deliveries = deliveries.filter(state=chosen["state"])
        if "vendor" in chosen:
            deliveries = deliveries.filter(connection__vendor=chosen["vendor"])
        return deliveries


def _reported(label):
    """Yes or no of what the vendor reports; text messages are in neither where it reports none of them."""
    return forms.ChoiceField(
        required=False, choices=any_of(f"{label} or not", [("yes", label), ("no", f"Not {label.lower()}")])
    )


class RequestFilters(LenientForm):
    """Every filter that FeedbackAPI documents for its list, and our own: status and origin. Days are whole ones."""

    status = forms.ChoiceField(required=False, choices=any_of("Any status", RequestStatus.choices))
    template = forms.ModelChoiceField(MessageTemplate.objects.none(), required=False, empty_label="Any template")
    location = RowField(Location, "Location", "Any location")
    origin = forms.ChoiceField(required=False, choices=any_of("Any origin", RequestOrigin.choices))
    opened = _reported("Opened")
    clicked = _reported("Clicked")
    bounced = _reported("Bounced")
    spam = _reported("Marked as spam")
    created_after = DayField("Asked from")
    created_before = DayField("Asked until")
    due_after = DayField("Due from")
    due_before = DayField("Due until")
    updated_after = DayField("Changed from")
    updated_before = DayField("Changed until")
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    batch = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    FIRST = ("status", "template", "location", "origin")
    TIMES = {"created": "requested_at", "due": "due_at", "updated": "vendor_updated_at"}
    REPORTS = {"opened": "opened", "clicked": "clicked", "bounced": "bounced", "spam": "spam_complaint"}

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        self.fields["template"].queryset = MessageTemplate.objects.order_by("name", "pk")
        self.fields["location"].queryset = Location.objects.visible_to(user).distinct()

    def requests(self):
        """The requests this person may see that pass the filters, each with its `status`."""
        found = with_status(FeedbackRequest.objects.visible_to(self.user))
        for name, value in self.chosen().items():
            found = self._narrowed(found, name, value)
        return found

    def _narrowed(self, found, name, value):
        if name in self.REPORTS:
            reported = found if name == "clicked" else found.exclude(BY_SMS)
            return reported.filter(**{self.REPORTS[name]: value == "yes"})
        field, _, side = name.rpartition("_")
        if field not in self.TIMES:
            return found.filter(**{name: value})
        if side == "after":
            return found.filter(**{f"{self.TIMES[field]}__gte": midnight(value)})
        return found.filter(**{f"{self.TIMES[field]}__lt": midnight(value + timedelta(days=1))})

    def _label(self, name, value):
        if name in ("customer", "batch"):
            return f"One {'customer' if name == 'customer' else 'list'}"
        if name.rpartition("_")[0] in self.TIMES:
            return f"{self.fields[name].label} {value.day} {value:%B %Y}"
        return super()._label(name, value)

    @property
    def first(self):
        return [self[name] for name in self.FIRST]

    @property
    def more(self):
        return [field for field in self if field.name not in self.FIRST and not field.is_hidden]

    @property
    def hidden(self):
        return [field for field in self if field.is_hidden and field.value()]

    @property
    def is_more_used(self):
        used = set(self.chosen())
        return any(field.name in used for field in self.more)
