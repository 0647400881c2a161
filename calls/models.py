"""Calls, what was reported about them, and the carrier's records that may belong to them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.choices import HOLDS_NUMBER, OPEN, CallStatus, CarrierLink, EventSource, Kind, Provider
from customers.models import Customer, Location, PhoneNumber
from integrations.models import Connection, Delivery, HookEvent


class CallQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An agent's own calls; a supervisor's those of their locations and their own."""
        if user.is_supervisor and user.sees_all_locations:
            return self
        mine = Q(agent=user)
        if user.is_supervisor:
            mine |= Q(location__in=Location.objects.visible_to(user))
        return self.filter(mine)

    def told_to(self, user):
        """Calls of which a person is told that they were, without opening them: at the locations they see."""
        if user.sees_all_locations:
            return self
        return self.filter(Q(agent=user) | Q(location__in=Location.objects.visible_to(user)))


class Call(models.Model):
    """One attempt to talk to somebody. The row exists, as `placing`, before the vendor hears of it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The page's form carries this key: a double click, a reload and a second tab meet in one row.
    intent = models.CharField(max_length=64, unique=True)
    provider = models.CharField(max_length=10, choices=Provider, default=Provider.CCAI)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OUTBOUND)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="calls")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="calls")
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="calls")
    number = models.ForeignKey(PhoneNumber, models.PROTECT, null=True, blank=True, related_name="calls")
    ticket_id = models.CharField(max_length=64, blank=True)
    outbound_number = models.CharField(max_length=20, blank=True)  # asked for
    reported_outbound_number = models.CharField(max_length=40, blank=True)  # what the vendor answered
    lang = models.CharField(max_length=10, default="en")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")

    status = models.CharField(max_length=12, choices=CallStatus, default=CallStatus.PLACING)
    vendor_id = models.CharField(max_length=64, null=True, blank=True)
    vendor_status = models.CharField(max_length=40, blank=True)  # the vendor's word as last shown
    fail_reason = models.CharField(max_length=60, blank=True)
    disconnected_by = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=500, blank=True)  # our sentence: why refused, what to do next
    vendor_words = models.TextField(blank=True)
    raw = models.JSONField(default=dict)

    created_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True, blank=True)  # the moment the vendor was asked
    assigned_at = models.DateTimeField(null=True, blank=True)
    connected_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    wait_seconds = models.PositiveIntegerField(null=True, blank=True)
    talk_seconds = models.PositiveIntegerField(null=True, blank=True)
    hold_seconds = models.PositiveIntegerField(null=True, blank=True)
    last_report_at = models.DateTimeField(null=True, blank=True)

    verified_customer = models.BooleanField(null=True, blank=True)
    bad_actor = models.BooleanField(null=True, blank=True)
    repeat_customer = models.BooleanField(null=True, blank=True)

    carrier_uuid = models.CharField("Plivo call id", max_length=64, blank=True, db_index=True)
    carrier_link = models.CharField(max_length=8, choices=CarrierLink, default=CarrierLink.NONE, blank=True)
    hangup_code = models.CharField(max_length=10, blank=True)
    hangup_cause = models.CharField(max_length=60, blank=True)
    hangup_source = models.CharField(max_length=30, blank=True)

    # The wrap-up's clock stands with the call; what was answered stands in feedback.
    wrap_up_due_at = models.DateTimeField(null=True, blank=True)
    timed_out_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent"],
                condition=Q(status__in=sorted(OPEN), agent__isnull=False),
                name="one_open_call_an_agent",
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(status__in=sorted(HOLDS_NUMBER), number__isnull=False),
                name="one_open_call_a_number",
            ),
            models.UniqueConstraint(
                fields=["connection", "vendor_id"], condition=Q(vendor_id__isnull=False), name="vendor_call_once"
            ),
            models.CheckConstraint(condition=Q(status__in=CallStatus.values), name="call_status_known"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"]),
            models.Index(fields=["agent", "-created_at"]),
            models.Index(fields=["location", "-created_at"]),
            models.Index(fields=["customer", "-created_at"]),
            models.Index(fields=["number", "-created_at"]),
            models.Index(fields=["wrap_up_due_at"], condition=Q(wrap_up_due_at__isnull=False), name="call_wrap_up_due"),
        ]

    def __str__(self):
        return f"Call {self.pk}"

    @property
    def state(self):
        return CallStatus(self.status)

    @property
    def was_connected(self):
        return self.connected_at is not None


class CallEvent(models.Model):
    """One thing that was reported about a call, or done to it. Append only.

    `status` is filled where the event is a report of the call's status; the call's own status is a
    pure function of the set of those words, so order, repeats and gaps cannot matter.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="events")
    source = models.CharField(max_length=10, choices=EventSource)
    dedupe = models.CharField(max_length=120)
    word = models.CharField(max_length=60)
    status = models.CharField(max_length=60, blank=True)
    fail_reason = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)  # the vendor's stamp where there is one
    received_at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    raw = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["call", "dedupe"], name="call_event_once")]

    def __str__(self):
        return f"{self.call} {self.word}"


class CarrierRecord(models.Model):
    """A hangup the carrier told us of. Linked when exactly one call fits; else offered to a person."""

    hook = models.OneToOneField(HookEvent, models.PROTECT, related_name="+")
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="carrier_records")
    call_uuid = models.CharField(max_length=64, db_index=True)
    from_number = models.CharField(max_length=40, blank=True)
    to_number = models.CharField(max_length=40, db_index=True)
    started_at = models.DateTimeField(null=True, db_index=True)
    seconds = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=30, blank=True)
    cause_code = models.CharField(max_length=10, blank=True)
    cause = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self):
        return self.call_uuid


class FlagLeg(models.Model):
    """A customer flag changed while the call was on: its own delivery, sent at once."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="flag_legs")
    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="flag_leg")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    def __str__(self):
        return f"{self.call} flags"
