"""Cases: an unhappy answer, a low review or a poor call that somebody follows up, and the rules that open them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from calls.models import Call
from customers.models import ClientAccount, Customer, Location, PhoneNumber
from feedback.choices import (
    CLOSED_STAGES,
    CaseLevel,
    CaseSourceKind,
    CaseStage,
    CaseWord,
    ContactHow,
    Issue,
    RootCause,
)
from feedback.models.answers import Feedback, Review
from feedback.models.requests import FeedbackRequest
from feedback.models.wrap_ups import Rating

# As the partial indexes say it, so that both databases find them by it; a constraint ties it to the stage.
OPEN_CASE = Q(closed_at=None)


class CaseRule(models.Model):
    """What opens a case, and how long people have. One row for all (account None), and one for an account that wants
    it otherwise. A limit of None opens none."""

    account = models.OneToOneField(ClientAccount, models.CASCADE, null=True, blank=True, related_name="+")
    nps_up_to = models.PositiveSmallIntegerField(null=True, blank=True, default=6)
    stars_up_to = models.PositiveSmallIntegerField(null=True, blank=True, default=2)
    unhappy = models.BooleanField(default=True)
    review_up_to = models.PositiveSmallIntegerField(null=True, blank=True, default=3)
    quality_up_to = models.PositiveSmallIntegerField(null=True, blank=True, default=2)
    # Long enough for who pressed the wrong key and corrects it, short beside the 48 hours.
    grace_minutes = models.PositiveIntegerField(default=10)
    # An answer that was older when it came to us is history: the first reading of years of them opens no case.
    fresh_days = models.PositiveSmallIntegerField(default=7)
    clock_hours = models.PositiveSmallIntegerField(default=48)  # also at weekends: the customer waits then too
    assign_hours = models.PositiveSmallIntegerField(default=4)
    contact_hours = models.PositiveSmallIntegerField(default=24)
    follow_up = models.BooleanField(default=True)  # whether a resolved case asks them again after the cool-down

    class Meta:
        constraints = [models.UniqueConstraint(Coalesce("account", 0), name="case_rule_once")]

    def __str__(self):
        return f"case rule of {self.account or 'all accounts'}"


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An agent's those they own; a supervisor's those of their locations and their own; else all."""
        if user.is_supervisor and user.sees_all_locations:
            return self
        mine = Q(owner=user)
        if user.is_supervisor:
            mine |= Q(location__in=Location.objects.visible_to(user).values("pk"))
        return self.filter(mine)

    def open(self):
        """Neither resolved nor dropped."""
        return self.filter(OPEN_CASE)


class Case(models.Model):
    """One unhappy customer (or reviewer) at one location, until that is resolved or dropped.

    `key` names whose matter it is; of one key one case is open. `queue_at` is when somebody must look at it: the end
    of its clock, and once they were contacted, when it has been left long enough.
    """

    key = models.CharField(max_length=120)
    stage = models.CharField(max_length=10, choices=CaseStage, default=CaseStage.OPEN)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="cases", db_index=False)
    number = models.ForeignKey(PhoneNumber, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    who = models.CharField(max_length=200, blank=True)  # what they are called where no customer of ours is known
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="cases", db_index=False
    )
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()  # the end of its clock
    queue_at = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True, blank=True)  # first human contact since it was (re)opened
    contacted_how = models.CharField(max_length=10, choices=ContactHow, blank=True)
    contact_call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="+")
    first_contact_at = models.DateTimeField(null=True, blank=True)  # of its whole life; reopening keeps it
    reopened_at = models.DateTimeField(null=True, blank=True)  # when its clock began anew, None where it never did
    closed_at = models.DateTimeField(null=True, blank=True)
    root_cause = models.CharField(max_length=12, choices=RootCause, blank=True)
    drop_reason = models.CharField(max_length=300, blank=True)
    # The second survey: what was asked, or why nobody was; and what came of it.
    follow_up = models.ForeignKey(FeedbackRequest, models.SET_NULL, null=True, blank=True, related_name="cases")
    follow_up_why = models.CharField(max_length=300, blank=True)
    next_answer = models.ForeignKey(Feedback, models.SET_NULL, null=True, blank=True, related_name="+")
    recovered = models.BooleanField(null=True, blank=True)  # None: no score after it (yet)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["queue_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=OPEN_CASE, name="one_open_case_a_matter"),
            models.CheckConstraint(condition=Q(stage__in=CaseStage.values), name="case_stage_known"),
            models.CheckConstraint(
                condition=Q(stage__in=CLOSED_STAGES, closed_at__isnull=False)
                | (OPEN_CASE & ~Q(stage__in=CLOSED_STAGES)),
                name="case_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(stage=CaseStage.RESOLVED) | (~Q(root_cause="") & Q(contacted_at__isnull=False)),
                name="case_resolved_has_its_cause",
            ),
            models.CheckConstraint(
                condition=~Q(stage=CaseStage.DROPPED) | ~Q(drop_reason=""), name="case_dropped_has_its_reason"
            ),
            models.CheckConstraint(
                condition=~Q(stage=CaseStage.OPEN) | Q(owner=None, contacted_at=None), name="case_open_has_no_owner"
            ),
        ]
        indexes = [
            models.Index(fields=["queue_at", "id"], condition=OPEN_CASE, name="case_queue"),
            models.Index(fields=["-closed_at", "-id"], name="case_closed"),
            models.Index(fields=["opened_at"]),
            models.Index(fields=["location", "opened_at"]),
            models.Index(fields=["owner", "queue_at"]),
            models.Index(fields=["customer", "-opened_at"]),
            models.Index(fields=["number"], condition=Q(number__isnull=False), name="case_of_number"),
        ]

    def __str__(self):
        return f"Case {self.pk}"

    @property
    def state(self):
        return CaseStage(self.stage)

    @property
    def is_closed(self):
        return self.stage in CLOSED_STAGES

    @property
    def name(self):
        """Whom it is about, as people say it."""
        if self.customer:
            return self.customer.name
        return self.who or "Somebody not named"


class CaseSource(models.Model):
    """One thing a customer said (or one poor call) that a case is about: the first opened it, the others joined it.

    `words` is how it was scored then. `contacted_at` is the first human contact after it was added.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="sources")
    kind = models.CharField(max_length=8, choices=CaseSourceKind)
    answer = models.OneToOneField(Feedback, models.CASCADE, null=True, blank=True, related_name="case_source")
    review = models.OneToOneField(Review, models.CASCADE, null=True, blank=True, related_name="case_source")
    rating = models.OneToOneField(Rating, models.CASCADE, null=True, blank=True, related_name="case_source")
    words = models.CharField(max_length=60)
    said_at = models.DateTimeField()  # when they said so
    added_at = models.DateTimeField(default=timezone.now)
    contacted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=CaseSourceKind.ANSWER, answer__isnull=False, review=None, rating=None)
                | Q(kind=CaseSourceKind.REVIEW, review__isnull=False, answer=None, rating=None)
                | Q(kind=CaseSourceKind.CALL, rating__isnull=False, answer=None, review=None),
                name="case_source_is_of_its_kind",
            ),
        ]

    def __str__(self):
        return f"{self.case}: {self.words}"

    @property
    def icon(self):
        return CaseSourceKind(self.kind).icon

    @property
    def issues(self):
        """What went wrong with the call, in people's words."""
        return ", ".join(Issue(word).label for word in self.rating.issues if word in Issue.values)


class CaseEvent(models.Model):
    """What was done with a case, by whom and when. Append only; `by` None is the machine."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    word = models.CharField(max_length=12, choices=CaseWord)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.case} {self.word}"


class CaseContact(models.Model):
    """Somebody talked or wrote to the customer of a case. A row stands: one that is taken back is deleted, and the
    events keep both. `is_past`: before the case was reopened, so that it says nothing of its stage any more."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="contacts")
    at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=ContactHow)
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="+")
    is_past = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "call"], condition=Q(call__isnull=False), name="case_contact_once_a_call"
            ),
        ]

    def __str__(self):
        return f"{self.case}: {self.get_how_display()}"


class CaseCall(models.Model):
    """A call that was made for a case. `root_cause` is what its wrap-up said: "" = not resolved by it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="calls")
    call = models.OneToOneField(Call, models.CASCADE, related_name="case_call")
    root_cause = models.CharField(max_length=12, choices=RootCause, blank=True)

    def __str__(self):
        return f"{self.call} for {self.case}"


class CaseAlarm(models.Model):
    """Something about a case was forgotten, told once a level: its letter is of the same transaction."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="alarms")
    level = models.CharField(max_length=10, choices=CaseLevel)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "level"], name="case_alarm_once_a_level")]

    def __str__(self):
        return f"{self.case} {self.level}"


class CaseSweep(models.Model):
    """How far the answers, reviews and calls have been looked through for cases: by when each was told last."""

    kind = models.CharField(max_length=8, choices=CaseSourceKind, unique=True)
    looked_until = models.DateTimeField()

    def __str__(self):
        return f"{self.kind} until {self.looked_until}"
