"""Calls, what was reported about them, and the carrier's records that may belong to them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Upper
from django.utils import timezone

from calls.choices import (
    HOLDS_NUMBER,
    LIVE,
    NOT_WRAPPABLE,
    OPEN,
    WAITS,
    CallbackOrigin,
    CallbackState,
    CallStatus,
    CarrierLink,
    EventSource,
    Kind,
    Provider,
    RecordingPermission,
    Side,
    Wait,
)
from customers.models import ClientAccount, Customer, Location, PhoneNumber
from integrations.models import Connection, Delivery, HookEvent

# The moment that says on which day a call counts: its end, else its start (DECISIONS 31).
DATED = Coalesce("ended_at", "created_at")


def seen_by(user, call=""):
    """The Q of rows whose call a person may see: an agent's own calls and those they had placed; a supervisor's those
    of their locations and their own. `call` is the way to it from the rows, "rating__call__"."""
    if user.is_supervisor and user.sees_all_locations:
        return Q()
    mine = Q(**{f"{call}agent": user}) | Q(**{f"{call}asked_by": user})
    if user.is_supervisor:
        mine |= Q(**{f"{call}location__in": Location.objects.visible_to(user).values("pk")})
    return mine


class CallQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The calls that `seen_by` says."""
        return self.filter(seen_by(user))

    def live(self):
        """Those on their way or on the line. Written out, because SQLite finds a part of a table by its index only
        where it reads the same words in the query."""
        words = ", ".join(f"'{word}'" for word in sorted(LIVE))
        # The words are our own statuses.
        return self.filter(RawSQL(f"calls_call.status IN ({words})", (), models.BooleanField()))  # noqa: S611

    def ended(self):
        """Those that can be wrapped up. Said by what they are not: asked for the many that have ended, SQLite finds
        them by their status and reads all of them, where the few that wait have an index of their own."""
        return self.exclude(status__in=NOT_WRAPPABLE)

    def told_to(self, user):
        """Calls of which a person is told that they were, without opening them: at the locations they see."""
        if user.sees_all_locations:
            return self
        return self.filter(Q(agent=user) | Q(asked_by=user) | Q(location__in=Location.objects.visible_to(user)))


class Call(models.Model):
    """One attempt to talk to somebody. The row exists, as `placing`, before the vendor hears of it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The page's form carries this key: a double click, a reload and a second tab meet in one row.
    intent = models.CharField(max_length=64, unique=True)
    provider = models.CharField(max_length=10, choices=Provider, default=Provider.CCAI)
    # None: made elsewhere and logged by hand.
    connection = models.ForeignKey(Connection, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OUTBOUND)
    # Indexes below begin with agent, customer, location and number: they need none of their own.
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="calls", db_index=False)
    # Who had it placed, where the vendor chooses the agent (incoming, scheduled) or somebody logged it.
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="calls", db_index=False)
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="calls", db_index=False)
    number = models.ForeignKey(PhoneNumber, models.PROTECT, null=True, blank=True, related_name="calls", db_index=False)
    ticket_id = models.CharField(max_length=64, blank=True)
    outbound_number = models.CharField(max_length=20, blank=True)  # asked for
    reported_outbound_number = models.CharField(max_length=40, blank=True)  # what the vendor answered
    lang = models.CharField(max_length=10, default="en")
    agent_number = models.CharField(max_length=20, blank=True)  # the agent's phone that a carrier joins, E.164
    menu_id = models.CharField(max_length=40, blank=True)  # CCAI's, asked for
    menu_name = models.CharField(max_length=200, blank=True)  # as it was called then
    recording_permission = models.CharField(max_length=12, choices=RecordingPermission, blank=True)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    # The planned call this one carries out. Unless it was refused, no other call carries it out too.
    callback = models.ForeignKey("Callback", models.SET_NULL, null=True, blank=True, related_name="calls")

    status = models.CharField(max_length=12, choices=CallStatus, default=CallStatus.PLACING)
    vendor_id = models.CharField(max_length=64, null=True, blank=True)
    vendor_status = models.CharField(max_length=40, blank=True)  # the vendor's word as last shown
    fail_reason = models.CharField(max_length=60, blank=True)
    disconnected_by = models.CharField(max_length=60, blank=True)
    override_reason = models.CharField(max_length=300, blank=True)  # why a supervisor had it dialled all the same
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

    # As a file or a colleague's system said it of a call that was made elsewhere.
    topic = models.CharField(max_length=100, blank=True)
    resolved = models.BooleanField(null=True, blank=True)  # was their matter settled; None: nobody said

    # The wrap-up's clock stands with the call; what was answered stands in feedback.
    wrap_up_due_at = models.DateTimeField(null=True, blank=True)
    timed_out_at = models.DateTimeField(null=True, blank=True)
    wrapped_up_at = models.DateTimeField(null=True, editable=False)  # first saved; the database keeps it so

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
            models.UniqueConstraint(
                fields=["callback"],
                condition=Q(callback__isnull=False) & ~Q(status=CallStatus.REFUSED),
                name="one_call_a_callback",
            ),
            models.CheckConstraint(condition=Q(status__in=CallStatus.values), name="call_status_known"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"]),
            models.Index(fields=["agent", "-created_at"]),
            models.Index(fields=["location", "-created_at"]),
            models.Index(fields=["customer", "-created_at"]),
            models.Index(fields=["number", "-created_at"]),
            # By the date they count on (DECISIONS 31), for figures and for the rows behind them, and each in that
            # order by what they are filtered by.
            models.Index(DATED, "id", name="call_by_date"),
            models.Index("location", DATED, "id", name="call_by_location"),
            models.Index("agent", DATED, "id", name="call_by_agent"),
            models.Index("status", DATED, "id", name="call_by_status"),
            models.Index("provider", DATED, "id", name="call_by_provider"),
            models.Index("kind", DATED, "id", name="call_by_kind"),
            models.Index("topic", DATED, "id", condition=Q(topic__gt=""), name="call_by_topic"),
            models.Index("resolved", DATED, "id", condition=Q(resolved__isnull=False), name="call_by_resolved"),
            models.Index(
                "repeat_customer", DATED, "id", condition=Q(repeat_customer__isnull=False), name="call_by_repeat"
            ),
            models.Index(Upper("ticket_id"), condition=Q(ticket_id__gt=""), name="call_by_ticket"),
            models.Index(DATED, "id", condition=Q(wrapped_up_at=None), name="call_not_wrapped_up"),
            models.Index(
                DATED, "id", condition=Q(timed_out_at__isnull=False, wrapped_up_at=None), name="call_timed_out"
            ),
            # The few that are on their way or on the line: `live()` finds them by it.
            models.Index(fields=["status"], condition=Q(status__in=sorted(LIVE)), name="call_live"),
            # The few that wait to be heard, found without reading a million calls.
            models.Index(fields=["created_at"], condition=Q(status="voicemail"), name="call_voicemails"),
            models.Index(fields=["wrap_up_due_at"], condition=Q(wrap_up_due_at__isnull=False), name="call_wrap_up_due"),
            # Those whose clock still runs: the pulse asks each second, and whoever timed out stays due.
            models.Index(
                fields=["wrap_up_due_at"],
                condition=Q(timed_out_at=None, wrap_up_due_at__isnull=False),
                name="call_clock_runs",
            ),
            models.Index(
                fields=["agent", "wrap_up_due_at"], condition=Q(wrap_up_due_at__isnull=False), name="call_own_wrap_ups"
            ),
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


class Leg(models.Model):
    """One side of a call that a carrier joined from two, as its callbacks and at last its record tell."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="legs")
    side = models.CharField(max_length=8, choices=Side)
    uuid = models.CharField(max_length=64, blank=True, db_index=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    billed_seconds = models.PositiveIntegerField(null=True)
    rate = models.DecimalField(max_digits=10, decimal_places=5, null=True)  # a minute, in the account's currency
    amount = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    cause_code = models.CharField(max_length=10, blank=True)
    cause = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=30, blank=True)
    look_at = models.DateTimeField(null=True)  # when its record is looked for next; None: not, or no more
    looks = models.PositiveSmallIntegerField(default=0)  # in vain, since the call ended
    record_at = models.DateTimeField(null=True)  # when the record was there
    raw = models.JSONField(default=dict)  # the record as it came

    class Meta:
        ordering = ["side"]  # the agent's phone is rung first
        constraints = [models.UniqueConstraint(fields=["call", "side"], name="leg_once")]
        indexes = [models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="leg_look_at")]

    def __str__(self):
        return f"{self.call} {self.side}"

    @property
    def is_looked_for_often(self):
        """Its record is due within a minute or so: whoever looks at the call may wait for it."""
        return self.look_at is not None and self.looks < 5


class FlagLeg(models.Model):
    """A customer flag changed while the call was on: its own delivery, sent at once."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="flag_legs")
    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="flag_leg")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    def __str__(self):
        return f"{self.call} flags"


class CallbackQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the locations a user may see, and their own wherever they are."""
        if user.sees_all_locations:
            return self
        mine = Q(owner=user) | Q(made_by=user)
        return self.filter(mine | Q(location__in=Location.objects.visible_to(user).values("pk")))

    def waiting(self):
        """Still to be called, by us or by CCAI."""
        return self.filter(state__in=WAITS)


class Callback(models.Model):
    """A call that is planned: promised to somebody, or the next try after nobody answered.

    The call that carries it out points at it (Call.callback). `settled_by` is the call whose wrap-up ended it,
    which may be another one.
    """

    # The page's form carries this key: a double click makes one.
    intent = models.CharField(max_length=64, unique=True, null=True, blank=True)
    origin = models.CharField(max_length=8, choices=CallbackOrigin)
    state = models.CharField(max_length=12, choices=CallbackState, default=CallbackState.OPEN)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="callbacks")
    number = models.ForeignKey(PhoneNumber, models.PROTECT, null=True, blank=True, related_name="callbacks")
    ticket_id = models.CharField(max_length=64, blank=True)  # where no number is known
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="callbacks")
    from_call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="planned")

    promised_at = models.DateTimeField()
    zone = models.CharField(max_length=64, blank=True)  # whose clock was meant: the customer's, "" = not known
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="callbacks"
    )  # None: anyone's
    released_at = models.DateTimeField(null=True, blank=True)  # from then on it is anyone's; None = never
    reason = models.CharField(max_length=300, blank=True)  # why: how the call before went
    note = models.CharField(max_length=500, blank=True)  # what to say or ask
    moved = models.CharField(max_length=300, blank=True)  # a sentence, where the time is not the one asked for
    try_number = models.PositiveSmallIntegerField(default=1)
    tries = models.PositiveSmallIntegerField(default=1)  # in all, as the plan said then

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="settled")
    done_at = models.DateTimeField(null=True, blank=True)  # when we rang; beside promised_at it says kept or missed
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)  # why it ended, or why CCAI did not take it: a sentence
    wants_ccai = models.BooleanField(default=False)  # to be handed over to CCAI's scheduled calls

    objects = CallbackQuerySet.as_manager()

    class Meta:
        ordering = ["promised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "location", "origin"],
                condition=Q(state__in=WAITS, number__isnull=False, location__isnull=False),
                name="one_callback_a_number",
            ),
            models.UniqueConstraint(
                fields=["number", "origin"],
                condition=Q(state__in=WAITS, number__isnull=False, location__isnull=True),
                name="one_callback_a_number_nowhere",
            ),
            models.UniqueConstraint(
                fields=["ticket_id", "origin"],
                condition=Q(state__in=WAITS, number__isnull=True),
                name="one_callback_a_ticket",
            ),
            models.CheckConstraint(condition=Q(state__in=CallbackState.values), name="callback_state_known"),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | ~Q(ticket_id=""), name="callback_knows_whom_to_call"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "promised_at", "id"], name="callback_by_state"),
            models.Index(fields=["promised_at", "id"], name="callback_by_time"),
        ]

    def __str__(self):
        return f"{self.get_origin_display()} call {self.pk}"

    @property
    def tone(self):
        return CallbackState(self.state).tone

    @property
    def icon(self):
        return CallbackState(self.state).icon

    @property
    def is_retry(self):
        return self.origin == CallbackOrigin.RETRY

    @property
    def is_anyones(self):
        """Whether whoever is free may take it now."""
        return self.owner_id is None or (self.released_at is not None and self.released_at <= timezone.now())


class CallbackEvent(models.Model):
    """What was done to a planned call: made, moved, given to somebody, handed over, ended. Append only."""

    callback = models.ForeignKey(Callback, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    word = models.CharField(max_length=20)
    text = models.CharField(max_length=500, blank=True)
    promised_at = models.DateTimeField()  # as it stood then: kept or missed is told from these
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.callback} {self.word}"


class RetryPlan(models.Model):
    """When somebody who was not reached is tried again. One row for all (account None), one for an account that
    wants it otherwise. The fields of waiting are named like the ends of calls they follow."""

    account = models.OneToOneField(ClientAccount, models.CASCADE, null=True, blank=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=3)  # in all, the first call counted
    busy = models.CharField(max_length=4, choices=Wait, blank=True, default=Wait.MINUTES_15)
    no_answer = models.CharField(max_length=4, choices=Wait, blank=True, default=Wait.NEXT_DAY)
    voicemail = models.CharField(max_length=4, choices=Wait, blank=True, default=Wait.NEXT_DAY)
    failed = models.CharField(max_length=4, choices=Wait, blank=True, default=Wait.HOUR)
    # Somebody's own callback is anyone's so long after its time; 0 = it stays theirs. Half an hour: the promise is
    # late, and can still be kept on the same day.
    release_minutes = models.PositiveIntegerField(default=30)

    class Meta:
        constraints = [models.UniqueConstraint(Coalesce("account", 0), name="retry_plan_once")]

    def __str__(self):
        return f"retry plan of {self.account or 'all accounts'}"
