"""Requests for feedback: their templates, when they may go, lists of them, and each one."""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from calls.models import Call
from customers.models import ClientAccount, Customer
from feedback.choices import (
    Channel,
    RequestOrigin,
    default_outcomes,
)
from feedback.models.answers import Feedback, Placed, PlacedQuerySet
from integrations.models import Connection, Delivery, Mirrored


class MessageTemplate(models.Model):
    """A message template of FeedbackAPI. Its API does not list them: admins keep id and name, per account and
    channel. `account` None: for every account."""

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="+")
    vendor_id = models.CharField("template id", max_length=100)
    name = models.CharField(max_length=100)
    channel = models.CharField(max_length=5, choices=Channel)
    account = models.ForeignKey(ClientAccount, models.CASCADE, null=True, blank=True, related_name="+")
    is_active = models.BooleanField("in use", default=True)
    is_default = models.BooleanField("proposed first", default=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "vendor_id", "account"], name="template_once_an_account"),
            models.UniqueConstraint(
                fields=["connection", "vendor_id"], condition=Q(account=None), name="template_once_for_all"
            ),
        ]

    def __str__(self):
        return self.name


class SurveyRule(models.Model):
    """When a survey may go. One row for all (account None), and one for an account that wants it otherwise."""

    account = models.OneToOneField(ClientAccount, models.CASCADE, null=True, blank=True, related_name="+")
    cool_down_days = models.PositiveSmallIntegerField(default=30)  # a month: what the peers' defaults are
    quiet_from = models.TimeField(default=time(21))  # in the customer's own zone
    quiet_until = models.TimeField(default=time(9))
    asks_after = models.JSONField(default=default_outcomes, blank=True)  # outcomes whose wrap-up proposes a survey
    delay_minutes = models.PositiveIntegerField(default=0)  # "now" waits so long

    class Meta:
        constraints = [
            models.UniqueConstraint(Coalesce("account", 0), name="survey_rule_once"),
        ]

    def __str__(self):
        return f"survey rule of {self.account or 'all accounts'}"


class RequestBatch(models.Model):
    """Requests sent to a list of customers at once, worked off in the background."""

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    template = models.ForeignKey(MessageTemplate, models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    suppress = models.BooleanField(default=False)
    filters = models.JSONField(default=dict)  # how the list was found, in words and as an address
    customers = models.JSONField(default=list)  # primary keys still to be looked at
    total = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=dict)  # reason → how many
    ended_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"batch {self.pk}"


class FeedbackRequest(Mirrored, Placed):
    """A request for feedback: one of ours, from the wish to the answer, or one that somebody made elsewhere.

    One of ours has a delivery; `vendor_id` comes with its answer. Reports (opened and the like) are the vendor's.
    """

    origin = models.CharField(max_length=8, choices=RequestOrigin, default=RequestOrigin.VENDOR)
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="feedback_requests", db_index=False
    )
    vendor_customer = models.CharField(max_length=100, blank=True)
    template = models.ForeignKey(MessageTemplate, models.SET_NULL, null=True, blank=True, related_name="+")
    vendor_template = models.CharField(max_length=100, blank=True)
    call = models.ForeignKey(
        Call, models.SET_NULL, null=True, blank=True, related_name="feedback_requests", db_index=False
    )
    batch = models.ForeignKey(RequestBatch, models.SET_NULL, null=True, blank=True, related_name="requests")
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, blank=True, related_name="feedback_requests")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    requested_at = models.DateTimeField(default=timezone.now)  # ours: when asked for; theirs: `created`
    due_at = models.DateTimeField(null=True, blank=True)
    # True: `due` was handed to the vendor, who cannot take it back; False: it waits with us until then.
    is_handed_over = models.BooleanField(default=False)
    suppress = models.BooleanField("link only", default=False)
    type = models.CharField(max_length=40, blank=True)  # the vendor's word: sms, email, suppressed
    vendor_updated_at = models.DateTimeField(null=True, blank=True)
    opened = models.BooleanField(null=True, blank=True)
    clicked = models.BooleanField(null=True, blank=True)
    bounced = models.BooleanField(null=True, blank=True)
    bounce_reason = models.TextField(blank=True)
    spam_complaint = models.BooleanField(null=True, blank=True)
    full_url = models.CharField(max_length=2000, blank=True)
    branded_url = models.CharField(max_length=2000, blank=True)
    feedback = models.ForeignKey(Feedback, models.SET_NULL, null=True, blank=True, related_name="requests")
    vendor_feedback = models.CharField(max_length=100, blank=True)  # its id, also before the answer itself came
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    intent = models.CharField(max_length=32, blank=True, editable=False)  # of whoever asked by API, so that it is once

    objects = PlacedQuerySet.as_manager()

    class Meta(Mirrored.Meta):
        abstract = False
        ordering = ["-requested_at", "-pk"]
        constraints = [
            *Mirrored.Meta.constraints,
            models.UniqueConstraint(fields=["intent"], condition=~Q(intent=""), name="request_intent_once"),
        ]
        indexes = [
            models.Index(fields=["-requested_at", "-id"]),
            models.Index(fields=["location", "-requested_at"]),
            models.Index(fields=["customer", "-requested_at"]),
            models.Index(fields=["call"]),
            models.Index(fields=["connection", "vendor_feedback"]),
            models.Index(fields=["vendor_location"], condition=Q(location=None), name="request_unplaced"),
            models.Index(fields=["connection", "vendor_customer"], condition=Q(customer=None), name="request_orphan"),
        ]

    def __str__(self):
        return f"request to {self.customer or 'somebody'}"
