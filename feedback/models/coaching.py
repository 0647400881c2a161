"""Calls that were picked to be listened to again, and what was said about them."""

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from calls.models import Call
from customers.models import Location
from feedback.coaching.choices import Stage, Why


class CoachingWeek(models.Model):
    """The calls of a week at a location were picked. `location` None: of calls without one."""

    week = models.DateField()  # its Monday, by the location's own clock
    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    picked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("week", Coalesce("location", Value(0)), name="coaching_week_once")]

    def __str__(self):
        return f"{self.week} at {self.location or 'no location'}"


class CoachingPickQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A supervisor's are those of their locations, while the call is at one of them too: it may have been moved
        since it was picked. Nobody coaches themselves."""
        if not user.is_supervisor:
            return self.none()
        mine = self.exclude(agent=user)
        if user.sees_all_locations:
            return mine
        seen = Location.objects.visible_to(user)
        return mine.filter(location__in=seen, call__location__in=seen)

    def told_to(self, agent):
        """What an agent is shown: their own calls, once somebody has said something about them."""
        return self.filter(agent=agent, stage=Stage.REVIEWED)


class CoachingPick(models.Model):
    """One call to review. Its week and place are those it was picked for."""

    call = models.OneToOneField(Call, models.CASCADE, related_name="coaching")
    week = models.DateField()
    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    why = models.CharField(max_length=8, choices=Why)
    because = models.CharField(max_length=200, blank=True)  # the reason in figures, as they were then
    picked_at = models.DateTimeField(default=timezone.now)
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    stage = models.CharField(max_length=8, choices=Stage, default=Stage.OPEN)
    version = models.PositiveIntegerField(default=0)  # how often it was reviewed or skipped
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    strong = models.JSONField(default=list, blank=True)  # Skill values: what went well
    weak = models.JSONField(default=list, blank=True)  # and what to work on
    note = models.TextField(blank=True)
    skip_reason = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)  # the agent says: I have read it
    answer = models.TextField(blank=True)  # in the agent's own words
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = CoachingPickQuerySet.as_manager()

    class Meta:
        ordering = ["-picked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="coaching_score_1_to_5"
            )
        ]
        indexes = [
            models.Index(fields=["-picked_at", "-id"]),
            models.Index(fields=["-picked_at", "-id"], condition=Q(stage=Stage.OPEN), name="coaching_open"),
            models.Index(fields=["week", "location"]),
            models.Index(fields=["agent", "-done_at"], condition=Q(stage=Stage.REVIEWED), name="coaching_of_agent"),
        ]

    def __str__(self):
        return f"review of {self.call}"

    @property
    def state(self):
        return Stage(self.stage)

    @property
    def reason(self):
        return Why(self.why)

    @property
    def last_day(self):
        return self.week + timedelta(days=6)
