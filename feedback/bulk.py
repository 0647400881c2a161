"""Asking many: which customers, what the verdict on each would be, and the form for both."""

from dataclasses import dataclass, field
from datetime import timedelta

from django import forms
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from customers.models import Customer, Location
from feedback import survey_facts, templates_kept, verdict
from feedback.choices import Channel, Outcome, Refusal
from feedback.models import FeedbackRequest, Rating
from feedback.request_status import NO_MESSAGE
from feedback.services.batches import MOST
from feedback.when import WhenForm

AT_ONCE = 500  # customers judged with one load of facts
SAMPLE = 10  # names behind each reason
HAS = (("", "Any address"), ("email", "Has an e-mail address"), ("mobile", "Has a number"))


class BulkForm(WhenForm):
    """Whom (the filters) and how (template, when). All by GET: no name stands in it."""

    location = forms.ModelChoiceField(Location.objects.none(), required=False, empty_label="All my locations")
    has = forms.ChoiceField(choices=HAS, required=False, label="Address")
    not_asked_for = forms.IntegerField(label="Days not asked", required=False, min_value=1, max_value=3650)
    outcome = forms.ChoiceField(
        label="Last outcome", choices=[("", "Any, or never called"), *Outcome.choices], required=False
    )
    field_order = ("location", "has", "not_asked_for", "outcome", "template", "when", "due")

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.user = user
        self.mine = Location.objects.visible_to(user).filter(is_active=True).distinct()
        self.fields["location"].queryset = self.mine
        accounts = {pk for pk in self.mine.values_list("account", flat=True) if pk}
        self.offer(templates_kept.for_accounts(accounts))

    @property
    def chosen_template(self):
        return next(one for one in self.kept if one.vendor_id == self.cleaned_data["template"])

    def customers(self):
        """The customers these filters find, by name."""
        chosen = self.cleaned_data
        places = [chosen["location"].pk] if chosen["location"] else self.mine.values("pk")
        found = Customer.objects.filter(location__in=places, gone_at=None)
        if chosen["has"]:
            found = found.exclude(email="") if chosen["has"] == "email" else found.filter(phone__isnull=False)
        if chosen["not_asked_for"]:
            found = _not_asked_since(found, timezone.now() - timedelta(days=chosen["not_asked_for"]))
        if chosen["outcome"]:
            last = Rating.objects.filter(call__customer=OuterRef("pk")).order_by("-call__created_at")
            found = found.annotate(last_outcome=Subquery(last.values("outcome")[:1]))
            found = found.filter(last_outcome=chosen["outcome"])
        return found.order_by("name", "pk")

    def ids(self):
        """Primary keys of the first MOST of them."""
        return list(self.customers().values_list("pk", flat=True)[:MOST])

    def words(self):
        """The filters as a line of text."""
        chosen = self.cleaned_data
        parts = [str(chosen["location"] or "All my locations")]
        parts += [dict(HAS)[chosen["has"]].lower()] if chosen["has"] else []
        parts += [f"not asked for {chosen['not_asked_for']} days"] if chosen["not_asked_for"] else []
        parts += [f"last outcome “{Outcome(chosen['outcome']).label}”"] if chosen["outcome"] else []
        return ", ".join(parts)

    def how(self):
        """What would be sent, and when, as a sentence."""
        channel = self.chosen_template.get_channel_display().lower()
        if self.suppress:
            return f"Links are made with “{self.chosen_template.name}”. No message is sent."
        due = self.chosen_due and timezone.localtime(self.chosen_due)
        when = f"on {due.day} {due:%B %Y} at {due:%H:%M}" if due else "now"
        return f"“{self.chosen_template.name}” goes {when}, as {'an' if channel[0] in 'aeiou' else 'a'} {channel}."


def _not_asked_since(customers, since):
    counted = FeedbackRequest.objects.filter(survey_facts.COUNTS, customer=OuterRef("pk")).exclude(NO_MESSAGE)
    asked = counted.annotate(at=survey_facts.WHEN).filter(at__gt=since)
    by_vendor = Q(last_sms_at__gt=since) | Q(last_email_at__gt=since)
    return customers.filter(~Exists(asked)).exclude(by_vendor)


@dataclass
class Group:
    """Customers that are skipped for one reason; of a few the sentence."""

    label: str
    count: int = 0
    sample: list = field(default_factory=list)


@dataclass
class Preview:
    total: int = 0
    asked: int = 0
    delayed: int = 0
    groups: dict = field(default_factory=dict)

    @property
    def skipped(self):
        return self.total - self.asked

    @property
    def reasons(self):
        """The groups, the largest first."""
        return sorted(self.groups.values(), key=lambda group: (-group.count, group.label))

    def note(self, customer, judged):
        self.total += 1
        if judged.may_send:
            self.asked += 1
            self.delayed += judged.is_delayed
            return
        group = self.groups.setdefault(judged.code, Group(label_of(judged.code)))
        group.count += 1
        if len(group.sample) < SAMPLE:
            group.sample.append((customer, judged.sentence))


def label_of(code):
    """A skipping code in words; one we do not know as it is."""
    return Refusal(code).label if code in Refusal.values else "no longer a customer you see" if code == "left" else code


def preview(ids, template, due=None, suppress=False):
    """What would become of each, by the same rules that decide at its turn."""
    result, now, sms = Preview(), timezone.now(), None
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        rows = Customer.objects.select_related("phone", "location__account").in_bulk(some)
        book = survey_facts.FactBook(rows.values(), due or now)
        book.sms = sms = book.sms if sms is None else sms  # what those before would use is used
        for customer in (rows[pk] for pk in some if pk in rows):
            result.note(customer, _judge(book, customer, template, now, due, suppress))
    return result


def _judge(book, customer, template, now, due, suppress):
    """The Verdict, with its text message counted for those who come after."""
    facts = book.of(customer, customer.location)
    at = survey_facts.wished_time(facts.rule, now, due, suppress)
    judged = verdict.of(verdict.Ask(customer, template, customer.location, at, suppress), facts)
    if judged.may_send and template.channel == Channel.SMS and not suppress:
        book.note_sms(customer.location)
    return judged
