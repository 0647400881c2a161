"""Weekly reports by mail: who wants one when, and what was sent."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Letter
from feedback.reports.choices import Weekday


class ReportWish(models.Model):
    """When somebody wants their weekly report, by their own clock. Without a row: Monday at seven."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="report_wish")
    is_on = models.BooleanField("send me a weekly report", default=True)
    weekday = models.PositiveSmallIntegerField("day", choices=Weekday, default=Weekday.MONDAY)
    hour = models.PositiveSmallIntegerField(default=7, validators=[MaxValueValidator(23)])
    changed_at = models.DateTimeField(default=timezone.now)
    # Since when theirs could not be written, and how often it was tried: nothing is left to a log nobody reads.
    failed_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(weekday__lte=6, hour__lte=23), name="report_wish_in_a_week")]

    def __str__(self):
        return f"report of {self.user}"


class Report(models.Model):
    """A weekly report as it was told. Of a person and a week one goes by itself; others they asked for."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    week = models.DateField()  # the Monday of the week it is about
    was_asked_for = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    told = models.JSONField()  # everything its page and its mail show
    places = models.JSONField(null=True)  # the locations it tells of (ids); None: all
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "week"], condition=Q(was_asked_for=False), name="report_once_a_person_and_week"
            )
        ]
        indexes = [models.Index(fields=["user", "-made_at", "-id"])]

    def __str__(self):
        return f"report of the week of {self.week}"
