"""Thresholds on figures, and the alerts that were opened when one was crossed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from customers.models import Location
from feedback.alerts.choices import Ending, Side, Where


class AlertRuleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rules of the locations a supervisor sees, and those that look at each location; those of all locations
        together are for who sees all."""
        if user.sees_all_locations:
            return self
        mine = Q(location__in=Location.objects.visible_to(user)) | Q(where=Where.EACH)
        return self.filter(mine)

    def changed_by(self, user):
        """Those a person may change: rules that look at other people's locations too are for who sees all."""
        return self if user.sees_all_locations else self.visible_to(user).exclude(where=Where.EACH)


class AlertRule(models.Model):
    """A figure that should stay on one side of a threshold."""

    metric = models.CharField(max_length=40)  # a key of feedback.metrics.METRICS
    where = models.CharField(max_length=8, choices=Where, default=Where.ONE)
    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, related_name="+")
    side = models.CharField(max_length=5, choices=Side, default=Side.BELOW)
    threshold = models.FloatField()  # in the figure's own unit
    days = models.PositiveSmallIntegerField(default=7)  # today and those before it; 1 = today alone
    least = models.PositiveIntegerField(default=10)  # below this base nothing is said (METRICS: ten)
    mailed = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)  # kept for the alerts it opened

    objects = AlertRuleQuerySet.as_manager()

    class Meta:
        ordering = ["metric", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(where=Where.ONE, location__isnull=False) | (~Q(where=Where.ONE) & Q(location__isnull=True)),
                name="alert_rule_of_one_location",
            ),
            models.UniqueConstraint(
                "metric",
                "where",
                Coalesce("location", 0),
                "side",
                "days",
                condition=Q(removed_at=None),
                name="alert_rule_once",
            ),
        ]

    def __str__(self):
        return f"{self.metric} {self.get_side_display()} {self.threshold:g}"


class AlertQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Alerts of the locations a supervisor sees; of all together for who sees all."""
        if user.sees_all_locations:
            return self
        return self.filter(location__in=Location.objects.visible_to(user))

    def open(self):
        return self.filter(ended_at=None)


class Alert(models.Model):
    """A threshold was crossed: open from then until the figure has recovered. Of one rule and one place (None: all
    locations together) only one is open."""

    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="alerts")
    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField(default=timezone.now)
    value = models.FloatField()  # as it was then, unrounded, on this base
    n = models.PositiveBigIntegerField()
    threshold = models.FloatField()
    days = models.PositiveSmallIntegerField()
    latest_value = models.FloatField(null=True)
    latest_n = models.PositiveBigIntegerField()
    checked_at = models.DateTimeField(default=timezone.now)
    better_since = models.DateTimeField(null=True, blank=True)  # the first check on the good side since
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=9, choices=Ending, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = [F("ended_at").desc(nulls_first=True), "-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint("rule", Coalesce("location", 0), condition=Q(ended_at=None), name="alert_open_once")
        ]
        indexes = [
            models.Index(fields=["location"], condition=Q(ended_at=None), name="alert_open_here"),
            models.Index(fields=["-opened_at", "-id"]),
        ]

    def __str__(self):
        return f"alert {self.pk} of {self.rule}"
