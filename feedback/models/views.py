"""Filters of the list of calls, kept under a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and what others share."""
        return self.filter(Q(owner=user) | Q(is_shared=True))

    def changed_by(self, user):
        """One's own; an admin's also what others share with everybody."""
        return self.visible_to(user) if user.is_admin else self.filter(owner=user)


class SavedView(models.Model):
    """`query` is what the list's address says: “the last 7 days” stays that, and whoever opens it sees their own calls.

    What a filter in it means is asked when it is opened; one that means nothing any more stays, and the list says so.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=100)
    query = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once")]
        indexes = [models.Index(fields=["name", "id"], condition=Q(is_shared=True), name="saved_view_shared")]

    def __str__(self):
        return self.name
