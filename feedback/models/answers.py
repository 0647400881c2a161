"""What comes back: what customers answer, and what they write in public."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from calls.models import Call
from customers.models import Customer, Location
from feedback.choices import (
    FeedbackKind,
    FeedbackSource,
)
from integrations.models import Mirrored


class Inboxed(models.Model):
    """What people read and deal with: when it was first opened, and by whom it was handled."""

    first_seen_at = models.DateTimeField(default=timezone.now)  # when it came to us
    # When it was told last, first or as a correction: what is told may open a case.
    told_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    handled_how = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Placed(models.Model):
    """Something at a location. One we do not know is None with its id in `vendor_location`, and taken up when the
    location appears."""

    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="%(class)s_set", db_index=False
    )
    vendor_location = models.CharField(max_length=100, blank=True)

    class Meta:
        abstract = True


class Filed(models.Model):
    """Something that a file may bring: `intent` is its key there, so that it comes once. "" where no file did."""

    intent = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["intent"], condition=~Q(intent=""), name="%(class)s_of_a_file_once"),
        ]


class PlacedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows of the locations a user may see; of an unknown location only for who sees all."""
        return self if user.sees_all_locations else self.filter(location__in=Location.objects.visible_to(user))


class Feedback(Mirrored, Inboxed, Placed, Filed):
    """A private answer of a customer. `kind` is what `type`, the vendor's word, means to us.

    One that was given by a key of the telephone is of no connection and has no vendor's id: `call` says of which call.
    """

    source = models.CharField(
        max_length=12, choices=FeedbackSource, default=FeedbackSource.FEEDBACKAPI, db_default=FeedbackSource.FEEDBACKAPI
    )
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="answers", db_index=False)

    type = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=6, choices=FeedbackKind, default=FeedbackKind.OTHER)
    left_at = models.DateTimeField()  # the vendor's `created`, else when we first saw it
    nps_score = models.PositiveSmallIntegerField(null=True, blank=True)
    star_rating = models.PositiveSmallIntegerField(null=True, blank=True)
    happy = models.BooleanField(null=True, blank=True)
    comments = models.TextField(blank=True)
    platform_name = models.CharField(max_length=200, blank=True)  # the public link they clicked
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="feedback", db_index=False
    )
    vendor_customer = models.CharField(max_length=100, blank=True)
    subscriber_name = models.CharField(max_length=200, blank=True)
    subscriber_email = models.CharField(max_length=254, blank=True)
    campaign = models.CharField(max_length=100, blank=True)
    campaign_step = models.CharField(max_length=100, blank=True)

    objects = PlacedQuerySet.as_manager()

    class Meta(Mirrored.Meta):
        abstract = False
        ordering = ["-left_at", "-pk"]
        verbose_name_plural = "feedback"
        constraints = [
            *Mirrored.Meta.constraints,
            *Filed.Meta.constraints,
            models.UniqueConstraint(
                fields=["call"], condition=Q(source=FeedbackSource.KEYPAD), name="keypad_answer_once_a_call"
            ),
            models.UniqueConstraint(
                fields=["call"], condition=Q(source=FeedbackSource.FILE), name="file_answer_once_a_call"
            ),
        ]
        indexes = [
            models.Index(fields=["call"], condition=Q(call__isnull=False), name="feedback_of_call"),
            models.Index(fields=["-left_at", "-id"]),
            models.Index(fields=["location", "-left_at"]),
            models.Index(fields=["customer", "-left_at"]),
            models.Index(fields=["connection", "vendor_customer"], condition=Q(customer=None), name="feedback_orphan"),
            models.Index(fields=["vendor_location"], condition=Q(location=None), name="feedback_unplaced"),
            models.Index(fields=["-left_at"], condition=Q(read_at=None, gone_at=None), name="feedback_unread"),
            models.Index(fields=["location"], condition=Q(read_at=None, gone_at=None), name="feedback_unread_there"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} of {self.subscriber_name or 'somebody'}"


class Review(Mirrored, Inboxed, Placed, Filed):
    """A public review. `rating` is out of 5, normalised by the vendor; None for words alone."""

    written_at = models.DateTimeField()  # the vendor's `created`, else when we first saw it
    title = models.TextField(blank=True)
    description = models.TextField(blank=True)
    platform = models.CharField(max_length=100, blank=True)
    platform_name = models.CharField(max_length=200, blank=True)
    rating = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    reviewer_name = models.CharField(max_length=200, blank=True)
    reviewer_url = models.CharField(max_length=2000, blank=True)  # their picture's address stays in vendor_raw
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = PlacedQuerySet.as_manager()

    class Meta(Mirrored.Meta):
        abstract = False
        ordering = ["-written_at", "-pk"]
        constraints = [*Mirrored.Meta.constraints, *Filed.Meta.constraints]
        indexes = [
            models.Index(fields=["-written_at", "-id"]),
            models.Index(fields=["location", "-written_at"]),
            models.Index(fields=["platform", "-written_at"]),
            models.Index(fields=["rating", "-written_at"]),
            models.Index(fields=["vendor_location"], condition=Q(location=None), name="review_unplaced"),
            models.Index(fields=["-written_at"], condition=Q(read_at=None, gone_at=None), name="review_unread"),
            models.Index(fields=["-written_at"], condition=Q(replied_at__isnull=False), name="review_replied"),
            models.Index(fields=["location"], condition=Q(read_at=None, gone_at=None), name="review_unread_there"),
        ]

    def __str__(self):
        return f"review by {self.reviewer_name or 'somebody'}"
