"""What was counted of each day, and which days have changed since."""

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce

from customers.models import Location
from feedback.choices import Issue
from feedback.tallies import columns


class Grain(models.TextChoices):
    """By what the columns of a day at a location are parted."""

    WHOLE = "", "Whole"
    AGENT = "agent", "By agent"
    PROVIDER = "provider", "By provider"


class Counted(models.Model):
    """Of one day at one location, by that location's clock. `agent` and `provider`: of the calls it came from."""

    day = models.DateField()
    location = models.ForeignKey(Location, models.CASCADE, null=True, related_name="+", db_index=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False)
    provider = models.CharField(max_length=10, blank=True)

    class Meta:
        abstract = True


class Tally(Counted):
    """The columns of feedback/tallies/columns.py, counted three times: whole, by agent, and by provider."""

    grain = models.CharField(max_length=8, choices=Grain, default=Grain.WHOLE, blank=True)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                "grain",
                "day",
                Coalesce("location", Value(0)),
                Coalesce("agent", Value(0)),
                "provider",
                name="tally_once",
            )
        ]
        indexes = [
            models.Index(fields=["agent", "day"], condition=models.Q(grain="agent"), name="tally_of_agent"),
            models.Index(fields=["location", "day"]),
        ]

    def __str__(self):
        return f"{self.day} at {self.location_id or 'no location'}"


class WeekTally(Counted):
    """Tallies, whole and by agent, of a week that begins on the Monday `day`: months of them are a seventh of the
    rows."""

    grain = models.CharField(max_length=8, choices=Grain, default=Grain.WHOLE, blank=True)

    class Meta:
        verbose_name_plural = "week tallies"
        constraints = [
            models.UniqueConstraint(
                "grain", "day", Coalesce("location", Value(0)), Coalesce("agent", Value(0)), name="week_tally_once"
            )
        ]
        indexes = [
            models.Index(fields=["agent", "day"], condition=models.Q(grain="agent"), name="week_tally_of_agent"),
            models.Index(fields=["location", "day"]),
        ]

    def __str__(self):
        return f"Week of {self.day} at {self.location_id or 'no location'}"


for _model in (Tally, WeekTally):
    for _name in columns.NAMES:
        _model.add_to_class(_name, models.BigIntegerField(default=0))


class OfIssue(models.Model):
    """Calls with one of Plivo's issues, and what exactly their customers answered."""

    issue = models.CharField(max_length=20, choices=Issue)
    calls = models.PositiveIntegerField()
    nps_answers = models.PositiveIntegerField(default=0)
    promoters = models.PositiveIntegerField(default=0)
    detractors = models.PositiveIntegerField(default=0)
    star_answers = models.PositiveIntegerField(default=0)
    satisfied = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class IssueTally(Counted, OfIssue):
    """One issue on one day."""

    class Meta:
        verbose_name_plural = "issue tallies"
        indexes = [models.Index(fields=["day", "location"]), models.Index(fields=["location", "day"])]

    def __str__(self):
        return f"{self.issue} on {self.day}"


class WeekIssueTally(Counted, OfIssue):
    """The same of a whole week, which begins on the Monday `day`, and of everybody."""

    class Meta:
        verbose_name_plural = "week issue tallies"
        constraints = [
            models.UniqueConstraint("day", Coalesce("location", Value(0)), "issue", name="week_issue_tally_once")
        ]
        indexes = [models.Index(fields=["location", "day"])]

    def __str__(self):
        return f"{self.issue} in the week of {self.day}"


class Stale(models.Model):
    """Something changed at a location that counts in this hour: the day must be counted again.

    Written by the database itself (feedback/tallies/triggers.py). `hour` None: everything at that location.
    """

    # No foreign key: a mark outlives the location it is about.
    location_id = models.BigIntegerField(null=True)
    hour = models.DateTimeField(null=True)
    # Being counted: a change from now on is a mark of its own.
    is_taken = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name_plural = "stale hours"
        indexes = [models.Index(fields=["hour", "location_id"])]

    def __str__(self):
        return f"{self.hour} at {self.location_id}"
