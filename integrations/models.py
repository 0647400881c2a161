"""The wire's memory: connections, deliveries and their attempts, hooks, cursors, leases.

Nothing here knows what a call or a rating is; rows on the right point at these.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from integrations.choices import AttemptOutcome, DeliveryState, HookState, Origin, SyncState, Vendor
from integrations.errors import KEY_REFUSED
from integrations.fields import SealedJSONField


class ConnectionManager(models.Manager):
    def of(self, vendor):
        """The connection of a vendor. In version 1 there is exactly one; `migrate` ensures the row."""
        return self.get(vendor=vendor)


class Connection(models.Model):
    """How we reach one vendor. Until an admin saves it, its values are the environment's."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    vendor = models.CharField(max_length=12, choices=Vendor, unique=True)
    is_on = models.BooleanField("on", default=True)
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.ENVIRONMENT)
    saved_settings = models.JSONField(default=dict, blank=True)
    saved_secrets = SealedJSONField(default=dict, blank=True)
    caller_ids = models.JSONField(default=list, blank=True)  # E.164; empty = the vendor's default
    options = models.JSONField(default=dict, blank=True)  # what an admin chose of options.OPTIONS
    time_zone = models.CharField(max_length=64, default="UTC")  # of the vendor's stamps that carry none
    learned = models.JSONField(default=dict, blank=True)  # quirks of this account found out on the way
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_why = models.CharField(max_length=500, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # when the admins were told of this pause, once
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    rate_tokens = models.FloatField(default=0)
    rate_at = models.DateTimeField(default=timezone.now)

    objects = ConnectionManager()

    class Meta:
        ordering = ["vendor"]

    def __str__(self):
        return self.get_vendor_display()

    @property
    def values(self):
        """Settings and secrets together, as plain text by name. Never render, never log."""
        if self.origin == Origin.ENVIRONMENT:
            return settings.VENDORS.get(self.vendor, {})
        return {**self.saved_settings, **self.saved_secrets}

    @property
    def is_paused(self):
        return self.paused_at is not None

    @property
    def is_refused(self):
        """Whether it is paused because the vendor does not take our token."""
        return self.is_paused and self.paused_why == KEY_REFUSED

    @property
    def in_trouble(self):
        """Whether the last thing we know of it went wrong."""
        return bool(self.last_error_at and (not self.last_ok_at or self.last_error_at > self.last_ok_at))

    @property
    def can_send(self):
        return self.is_on and not self.is_paused


class Delivery(models.Model):
    """One wish to tell one vendor one thing. The row is the queue: see outbox.py for its life."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    revision = models.PositiveIntegerField(default=1)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="deliveries")
    payload = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.PENDING)
    reason = models.CharField(max_length=500, blank=True)  # in words, for the chip
    not_before = models.DateTimeField(default=timezone.now)
    owner = models.CharField(max_length=32, blank=True)
    version = models.PositiveIntegerField(default=0)
    attempt_count = models.PositiveIntegerField(default=0)
    uncounted = models.PositiveIntegerField(default=0)  # attempts that failed for the connection's sake
    round_start = models.PositiveIntegerField(default=0)  # attempts there were when a person last sent it again
    maybe_double = models.BooleanField(default=False)
    vendor_ref = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "revision"], name="delivery_revision_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
        ]
        indexes = [
            # What is due, found without reading what is done (162 ms against 4 ms at a million rows).
            models.Index(fields=["connection", "not_before"], condition=Q(state="pending"), name="delivery_due"),
            models.Index(fields=["state", "-created_at"]),
            models.Index(fields=["-created_at", "-id"], name="delivery_by_time"),
            models.Index(fields=["-done_at", "-id"], condition=Q(state="parked"), name="delivery_parked"),
        ]

    def __str__(self):
        return f"{self.kind} {self.key} r{self.revision}"

    @property
    def tries(self):
        """Attempts that count towards giving up."""
        return self.attempt_count - self.uncounted

    @property
    def is_leased(self):
        """Whether a worker has it right now."""
        return bool(self.owner) and self.state == DeliveryState.PENDING and self.not_before > timezone.now()


class Attempt(models.Model):
    """One try of a delivery, written before the work starts, so that a killed worker is counted."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=14, choices=AttemptOutcome, default=AttemptOutcome.STARTED)
    status = models.PositiveIntegerField(null=True, blank=True)
    words = models.TextField(blank=True)  # the vendor's, verbatim
    sentence = models.CharField(max_length=500, blank=True)  # ours
    param = models.CharField(max_length=60, blank=True)  # the vendor's name of the field at fault, where it told
    vendor_ref = models.CharField(max_length=100, blank=True)  # Plivo's api_id
    request_id = models.CharField(max_length=64, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number_once")]

    def __str__(self):
        return f"{self.delivery} try {self.number}"


class HookEvent(models.Model):
    """One thing a vendor told us, stored once by the vendor's id before anything is done with it."""

    vendor = models.CharField(max_length=12, choices=Vendor)
    event_id = models.CharField(max_length=200)
    received_at = models.DateTimeField(default=timezone.now)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=HookState, default=HookState.RECEIVED)
    reason = models.CharField(max_length=500, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["vendor", "event_id"], name="hook_event_once")]
        indexes = [models.Index(fields=["state", "received_at"])]

    def __str__(self):
        return f"{self.get_vendor_display()} {self.event_id}"


class SyncCursor(models.Model):
    """How far we have read one list of one vendor. `value` is the vendor's stamp, as text.

    For what `sync` reads it is the upper bound of the last complete run, in unix seconds.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="cursors")
    resource = models.CharField(max_length=40)
    value = models.CharField(max_length=64, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "resource"], name="sync_cursor_once")]

    def __str__(self):
        return f"{self.connection} {self.resource}"


class SyncRun(models.Model):
    """One reading of one list of one vendor, from `lower` to `upper`: it may be continued, and by whom.

    "Live" is running or paused; at most one of a list is. Counts are raised page by page, with the rows.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="sync_runs")
    resource = models.CharField(max_length=40)
    is_full = models.BooleanField(default=False)
    # A person has looked: what this full run misses is marked however much it is.
    is_trusted = models.BooleanField(default=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=12, choices=SyncState, default=SyncState.RUNNING)
    reason = models.CharField(max_length=500, blank=True)  # in words, why it stands or is not complete
    lower = models.BigIntegerField(null=True, blank=True)  # unix seconds; None: from the beginning
    upper = models.BigIntegerField()
    owner = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    expected = models.PositiveIntegerField(null=True, blank=True)  # rows in all, as the vendor counted at first
    requests = models.PositiveIntegerField(default=0)
    fetched = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "resource"],
                condition=Q(state__in=["running", "paused"]),
                name="sync_run_one_live",
            ),
            models.CheckConstraint(condition=Q(state__in=SyncState.values), name="sync_run_state_known"),
        ]
        indexes = [models.Index(fields=["connection", "resource", "-started_at"])]

    def __str__(self):
        return f"{self.connection} {self.resource} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_live(self):
        return not SyncState(self.state).is_final

    @property
    def is_worked(self):
        """Whether somebody has it in hand right now."""
        return self.is_live and bool(self.owner) and self.lease_until > timezone.now()

    @property
    def says(self):
        """Its state as a word with a tone and an icon."""
        return SyncState(self.state)

    @property
    def seconds(self):
        """How long it took, or has taken until now."""
        return ((self.ended_at or timezone.now()) - self.started_at).total_seconds()

    @property
    def is_counted(self):
        """Whether the vendor said how many rows there are, so that progress can be shown."""
        return self.is_live and bool(self.expected)


class SyncWindow(models.Model):
    """A part of a run's time with its own cursor: `position` is a keyset.Position, saved with each page's rows."""

    run = models.ForeignKey(SyncRun, models.CASCADE, related_name="windows")
    position = models.JSONField(default=dict)
    is_done = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.run} window {self.pk}"


class SyncProblem(models.Model):
    """A record that could not be used, with the reason in words. Only the first of a run are kept."""

    run = models.ForeignKey(SyncRun, models.CASCADE, related_name="problems")
    vendor_id = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=500)
    raw = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.run} {self.vendor_id or 'without id'}"


class SyncSeen(models.Model):
    """An id a full run has seen: what we know and it has not is perhaps gone. Forgotten when the run ends."""

    run = models.ForeignKey(SyncRun, models.CASCADE, related_name="seen")
    vendor_id = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "vendor_id"], name="sync_seen_once")]

    def __str__(self):
        return self.vendor_id


class Mirrored(models.Model):
    """A row that a vendor keeps too: there it is `vendor_id`, under `connection`.

    `vendor_raw` is what the vendor last showed of it, or answered to a change: the base of every comparison.
    Where our columns differ from it, somebody changed them here. `vendor_digest` belongs to the raw object, and
    an unchanged one is not written again. `gone_at`: the vendor has it no more, or keeps it as inactive.
    """

    # Indexes cost more than they serve on rows that come by the hundred thousand: the constraint's is enough.
    connection = models.ForeignKey(
        Connection, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    # None = the vendor has not got it. Case counts, and the same id may occur in two resources (FACTS 6.5-17).
    vendor_id = models.CharField(max_length=100, null=True, blank=True, editable=False)
    vendor_created_at = models.DateTimeField(null=True, blank=True, editable=False)
    vendor_raw = models.JSONField(default=dict, blank=True, editable=False)
    vendor_digest = models.CharField(max_length=32, blank=True, editable=False)
    gone_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["connection", "vendor_id"], name="%(class)s_vendor_id_once"),
        ]

    @property
    def is_at_vendor(self):
        """Whether the vendor has it, as far as we know."""
        return self.vendor_id is not None and self.gone_at is None


class Lease(models.Model):
    """One of a kind at a time, across processes and hosts: the pulse, and the worker's sign of life."""

    name = models.CharField(max_length=60, unique=True)
    owner = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.name
