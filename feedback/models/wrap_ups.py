"""Wrap-ups: what is being typed, what was saved, every correction, and where each was sent."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.models import Call
from feedback.choices import (
    Leg,
    Outcome,
    PhoneStatus,
)
from integrations.models import Delivery


class Draft(models.Model):
    """What somebody has typed about a call and not saved yet. Made by the first keystroke."""

    call = models.OneToOneField(Call, models.CASCADE, related_name="draft")
    data = models.JSONField(default=dict)  # the form's fields as typed
    saved_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    def __str__(self):
        return f"draft of {self.call}"


class Rating(models.Model):
    """A wrap-up as it stands. Corrections raise `revision`; every revision is kept beside it."""

    call = models.OneToOneField(Call, models.PROTECT, related_name="rating")
    outcome = models.CharField(max_length=20, choices=Outcome)
    right_party = models.BooleanField(null=True, blank=True)
    quality = models.DecimalField(
        max_digits=2,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],  # Plivo's range
    )
    issues = models.JSONField(default=list, blank=True)
    phone_status = models.CharField(max_length=12, choices=PhoneStatus, blank=True)
    notes = models.TextField(blank=True)
    flags = models.JSONField(default=dict, blank=True)  # verified_customer, bad_actor, repeat_customer
    feedback_request = models.JSONField(null=True, blank=True)  # kept; surveys come with their connection
    callback = models.JSONField(null=True, blank=True)  # as wished: at, owner, note; None = the retry plan decides
    revision = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="ratings")
    saved_at = models.DateTimeField(default=timezone.now)
    first_saved_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300, blank=True)  # why a supervisor finished it
    # From the call's end to the first save, at most to the end of its time; None: the end is not known.
    after_call_seconds = models.PositiveIntegerField(null=True, blank=True)
    # The date its call counts on (DECISIONS 31), kept equal by the database: see explorer/copies/.
    called_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quality__isnull=True) | Q(quality__gte=1, quality__lte=5), name="rating_quality_1_to_5"
            ),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="rating_outcome_known"),
        ]
        indexes = [
            models.Index(fields=["saved_at"]),  # what was saved lately may open a case
            # Whatever calls are filtered by, in the order of their dates.
            models.Index(fields=["called_at", "call"], name="rating_by_date"),
            models.Index(fields=["outcome", "called_at", "call"], name="rating_by_outcome"),
            models.Index(
                fields=["right_party", "called_at", "call"],
                condition=Q(right_party__isnull=False),
                name="rating_by_right_party",
            ),
            models.Index(fields=["called_at", "call"], condition=Q(right_party=None), name="rating_right_not_said"),
            models.Index(
                fields=["quality", "called_at", "call"], condition=Q(quality__isnull=False), name="rating_by_quality"
            ),
        ]

    def __str__(self):
        return f"rating of {self.call}"


class RatingRevision(models.Model):
    """One saved state of a rating, as it was."""

    rating = models.ForeignKey(Rating, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    form_key = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["rating", "number"], name="rating_revision_once"),
            models.UniqueConstraint(
                fields=["rating", "form_key"], condition=~Q(form_key=""), name="rating_form_key_once"
            ),
        ]

    def __str__(self):
        return f"{self.rating} r{self.number}"


class RatingLeg(models.Model):
    """One vendor's part of one revision of a rating."""

    # Both are found by indexes that have more in them.
    rating = models.ForeignKey(Rating, models.CASCADE, related_name="legs", db_index=False)
    revision = models.PositiveIntegerField()
    leg = models.CharField(max_length=10, choices=Leg)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="rating_legs", db_index=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["rating", "revision", "leg"], name="rating_leg_once")]
        # From deliveries that need a person to their ratings without a look at the legs themselves.
        indexes = [models.Index(fields=["delivery", "revision", "rating"], name="rating_leg_by_delivery")]

    def __str__(self):
        return f"{self.rating} {self.leg}"
