"""Screens on a wall: figures without a sign-in, for as long as their token lives."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.choices import Role
from customers.models import ClientAccount, Location


class WallPeriod(models.TextChoices):
    """Which days a wall shows, as the overview's addresses name them."""

    TODAY = "today", "Today"
    WEEK = "7", "7 days"
    MONTH = "30", "30 days"


class WallScreenQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; an admin's all."""
        return self if user.is_admin else self.filter(user=user)

    def alive(self):
        """Those that still show something: their maker is active and watches over others."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        may = Q(user__is_active=True, user__role__in=(Role.SUPERVISOR, Role.ADMIN))
        return self.filter(unexpired, may, revoked_at=None)


class WallScreen(models.Model):
    """A key that opens figures and nothing else: what its maker may see, narrowed to one place or account.

    Only a digest of the secret is kept. `location` or `account` gone: so is what the screen may show.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="wall_screens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, related_name="+")
    account = models.ForeignKey(ClientAccount, models.CASCADE, null=True, blank=True, related_name="+")
    period = models.CharField(max_length=5, choices=WallPeriod, default=WallPeriod.TODAY)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = WallScreenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            # A form sent twice makes one screen, and a name in the audit means one key.
            models.UniqueConstraint(
                fields=["user", "name"], condition=Q(revoked_at=None), name="wall_screen_name_once_until_revoked"
            )
        ]

    def __str__(self):
        return f"{self.name} (…{self.hint})"

    @property
    def is_expired(self):
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def of_what(self):
        """Its places in words."""
        if self.location or self.account:
            return ", ".join(str(what) for what in (self.location, self.account) if what)
        return "All locations" if self.user.sees_all_locations else f"The locations of {self.user}"
