"""Whom we call and where they belong: client accounts, locations, customers, phone numbers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ClientAccount(models.Model):
    """A business that we call for."""

    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class LocationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The locations a user may see: all of them, or the ones they are a member of."""
        return self if user.sees_all_locations else self.filter(members=user)


class Location(models.Model):
    """A place of a client account. Who belongs to it may see its customers and calls."""

    account = models.ForeignKey(ClientAccount, models.PROTECT, related_name="locations")
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="locations")

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class PhoneNumber(models.Model):
    """One line, whoever answers it. What calls taught about it is written here by the apps on the right."""

    e164 = models.CharField(max_length=16, unique=True)
    region = models.CharField(max_length=3, blank=True)  # ISO country, or empty for +800 and the like
    reached_at = models.DateTimeField(null=True, blank=True)  # last time a person answered
    right_party_at = models.DateTimeField(null=True, blank=True)
    wrong_party_at = models.DateTimeField(null=True, blank=True)
    disconnected_at = models.DateTimeField(null=True, blank=True)  # last time the line was dead
    last_dialled_at = models.DateTimeField(null=True, blank=True)
    activity_score = models.PositiveSmallIntegerField(null=True, blank=True)  # Trestle, 0-100
    line_type = models.CharField(max_length=30, blank=True)
    carrier = models.CharField(max_length=100, blank=True)
    looked_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["e164"]

    def __str__(self):
        return self.e164


class NumberLookup(models.Model):
    """One look-up at Trestle, kept whole. Its response id is what phone feedback must name."""

    number = models.ForeignKey(PhoneNumber, models.CASCADE, related_name="lookups")
    at = models.DateTimeField(default=timezone.now)
    response_id = models.CharField(max_length=60, blank=True)
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    raw = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["number", "-at"])]

    def __str__(self):
        return f"{self.number} {self.response_id or 'without response id'}"


class CustomerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Customers of the locations a user may see. One without a location is seen by all-location users."""
        if user.sees_all_locations:
            return self
        return self.filter(location__members=user)


class Customer(models.Model):
    """A person a client account serves. Two rows may share a number: the number is its own row."""

    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="customers")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.ForeignKey(PhoneNumber, models.PROTECT, null=True, blank=True, related_name="customers")
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, blank=True)  # empty: told from the number
    out_contact_id = models.CharField("contact id in the CRM", max_length=64, blank=True, db_index=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"]), models.Index(fields=["email"])]

    def __str__(self):
        return self.name


class DoNotCall(models.Model):
    """A number nobody rings, for one client account or for all (account empty)."""

    number = models.ForeignKey(PhoneNumber, models.CASCADE, related_name="do_not_call")
    account = models.ForeignKey(ClientAccount, models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "account"], name="do_not_call_once_per_account"),
            models.UniqueConstraint(fields=["number"], condition=Q(account=None), name="do_not_call_once_for_all"),
        ]

    def __str__(self):
        return f"do not call {self.number}"
