"""Whom we call and where they belong: client accounts, locations, customers, phone numbers; who is invited.

What FeedbackAPI keeps too is `Mirrored`. `changed_by` and `changed_at` name the last writer on our side.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from accounts.choices import Role
from customers import countries, week
from customers.choices import Side, Verb
from customers.imports.models import Import, RejectedRow  # noqa: F401  (rows of this room too)
from integrations.fields import SealedJSONField
from integrations.models import Delivery, Mirrored

NAME_KEPT = 200  # characters of a vendor's name in our columns; all of it stands in `vendor_raw`


class Changed(models.Model):
    """Who changed a row on our side last, and when."""

    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        db_index=False,
    )
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class ClientAccount(Mirrored, Changed):
    """A business that we call for. A limit of None is unlimited; the vendor counts what is active itself."""

    name = models.CharField(max_length=NAME_KEPT)
    is_active = models.BooleanField("active", default=True)
    # Asked for when it is created and never reported again; "" = not reported.
    verb = models.CharField("people … this company", max_length=5, choices=Verb, blank=True)
    account_template = models.CharField(max_length=100, blank=True)
    max_locations = models.PositiveIntegerField("most locations", null=True, blank=True)
    max_users = models.PositiveIntegerField("most users", null=True, blank=True)
    max_campaigns = models.PositiveIntegerField("most campaigns", null=True, blank=True)
    sms_allowance = models.PositiveIntegerField("text messages a month", null=True, blank=True)
    active_locations = models.PositiveIntegerField(null=True, blank=True, editable=False)
    active_users = models.PositiveIntegerField(null=True, blank=True, editable=False)

    class Meta(Mirrored.Meta):
        abstract = False
        ordering = ["name"]

    def __str__(self):
        return self.name


class LocationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The locations a user may see: all of them, or the ones they are a member of."""
        return self if user.sees_all_locations else self.filter(members=user)


class Location(Mirrored, Changed):
    """A place of a client account. Who belongs to it may see its customers and calls.

    FeedbackAPI does not say whose account a location is: an admin sets it, and None is "not set".
    """

    account = models.ForeignKey(ClientAccount, models.PROTECT, null=True, blank=True, related_name="locations")
    name = models.CharField(max_length=NAME_KEPT)
    address_line_1 = models.CharField(max_length=300, blank=True)
    address_line_2 = models.CharField(max_length=300, blank=True)
    address_line_3 = models.CharField("state or third line", max_length=300, blank=True)
    postal_code = models.CharField(max_length=40, blank=True)
    country_code = models.CharField("country", max_length=10, blank=True)  # ISO, or what the vendor wrote there
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="locations")

    objects = LocationQuerySet.as_manager()

    class Meta(Mirrored.Meta):
        abstract = False
        ordering = ["name"]

    def __str__(self):
        return self.name


class ReviewProfile(models.Model):
    """An address where reviews of a location are collected. FeedbackAPI takes them and never tells them again,
    nor can it drop one: this is our own list."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="review_profiles")
    url = models.CharField(max_length=2000)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)  # the vendor has it

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["location", "url"], name="review_profile_once")]

    def __str__(self):
        return self.url


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
    # The latest calls, one entry each, as customers.evidence writes and reads them; None: none yet.
    recent = models.JSONField(null=True, blank=True, editable=False)
    # What we know of CCAI's own do-not-call list: since when it is on there, and until when.
    ccai_blocked_at = models.DateTimeField(null=True, blank=True)
    ccai_blocked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["e164"]
        indexes = [models.Index(fields=["last_dialled_at", "id"], name="number_last_dialled")]  # who is up next

    def __str__(self):
        return self.e164

    @property
    def is_known_dead(self):
        """The line was not in service, and nobody has answered since."""
        return _is_last(self.disconnected_at, self.reached_at)

    @property
    def is_wrong_party(self):
        """Somebody else answered, and the right person has not since."""
        return _is_last(self.wrong_party_at, self.right_party_at)

    @property
    def is_on_ccais_list(self):
        """The same of now."""
        return self.is_blocked_at_ccai(timezone.now())

    def is_blocked_at_ccai(self, at):
        """Whether, as far as we know, CCAI's own list holds it at `at` (aware)."""
        return self.ccai_blocked_at is not None and (self.ccai_blocked_until is None or self.ccai_blocked_until > at)


def _is_last(at, otherwise_at):
    return at is not None and (otherwise_at is None or otherwise_at < at)


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
        mine = Location.objects.visible_to(user).values("pk")
        also = Customer.other_locations.through.objects.filter(location__in=mine).values("customer")
        return self.filter(Q(location__in=mine) | Q(pk__in=also))


class Customer(Mirrored, Changed):
    """A person a client account serves. Two rows may share a number: the number is its own row.

    `location` is the first of FeedbackAPI's that we know, `other_locations` are the rest; ids of locations we do
    not know (yet) stand in `vendor_locations` until the location appears.
    """

    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="customers")
    other_locations = models.ManyToManyField(Location, blank=True, related_name="other_customers")
    vendor_locations = models.JSONField(default=list, blank=True, editable=False)
    name = models.CharField(max_length=NAME_KEPT)
    email = models.EmailField(blank=True)
    country_code = models.CharField("country", max_length=10, blank=True)  # ISO, or what the vendor wrote there
    vendor_mobile = models.CharField(max_length=60, blank=True, editable=False)  # as shown, where no number of ours
    is_invalid = models.BooleanField(null=True, blank=True, editable=False)  # a message to them failed
    last_sms_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_email_at = models.DateTimeField(null=True, blank=True, editable=False)
    phone = models.ForeignKey(PhoneNumber, models.PROTECT, null=True, blank=True, related_name="customers")
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, blank=True)  # empty: told from the number
    out_contact_id = models.CharField("contact id in the CRM", max_length=64, blank=True, db_index=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CustomerQuerySet.as_manager()

    class Meta(Mirrored.Meta):
        abstract = False
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"]), models.Index(fields=["email"])]

    def __str__(self):
        return self.name


class DoNotCallQuerySet(models.QuerySet):
    def holding(self, at=None):
        """Entries that hold at `at` (aware), now unless said otherwise."""
        return self.filter(Q(until=None) | Q(until__gt=at or timezone.now()))

    def visible_to(self, user):
        """For who sees all locations every entry; else those for everybody and for accounts of their locations."""
        if user.sees_all_locations or user.is_admin:
            return self
        accounts = Location.objects.visible_to(user).exclude(account=None).values("account")
        return self.filter(Q(account=None) | Q(account__in=accounts))


class DoNotCall(models.Model):
    """A number nobody rings, for one client account or for all (account empty)."""

    number = models.ForeignKey(PhoneNumber, models.CASCADE, related_name="do_not_call")
    account = models.ForeignKey(ClientAccount, models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    until = models.DateTimeField(null=True, blank=True)  # None: for good
    # CCAI's own list is told of it; None where that list is not kept up from here.
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DoNotCallQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"])]
        constraints = [
            models.UniqueConstraint(fields=["number", "account"], name="do_not_call_once_per_account"),
            models.UniqueConstraint(fields=["number"], condition=Q(account=None), name="do_not_call_once_for_all"),
        ]

    def __str__(self):
        return f"do not call {self.number}"

    @property
    def is_over(self):
        """Whether its end has passed: it holds no longer."""
        return self.until is not None and self.until <= timezone.now()


class CallingRule(models.Model):
    """When and how often people may be called: one row for all (neither country nor account), one for a country's law,
    one for a client account that wants less. `customers.hours` says which of them hold."""

    account = models.ForeignKey(ClientAccount, models.CASCADE, null=True, blank=True, related_name="+")
    country = models.CharField(max_length=2, blank=True)  # ISO
    week = models.JSONField()  # seven of ["08:00", "21:00"] or null, Monday first, by the clock where they are
    rest_from = models.TimeField(null=True, blank=True)  # a pause of every day
    rest_until = models.TimeField(null=True, blank=True)
    supervisor_may = models.BooleanField(default=False)
    most_a_day = models.PositiveSmallIntegerField(null=True, blank=True)  # 0 = no limit, None = as the rule above it

    class Meta:
        constraints = [
            models.UniqueConstraint(Coalesce("account", 0), "country", name="calling_rule_once"),
            models.CheckConstraint(condition=Q(account=None) | Q(country=""), name="calling_rule_of_one"),
        ]

    def __str__(self):
        return f"calling rule of {self.of_whom}"

    @property
    def of_whom(self):
        """The account's or the country's name, or "everybody"."""
        if self.account_id:
            return str(self.account)
        return countries.names().get(self.country, self.country) or "everybody"

    @property
    def in_words(self):
        """[("Monday to Saturday", "08:00 to 21:00"), …]."""
        return week.in_words(self.week)

    def as_week(self):
        """Its Week."""
        rest = (self.rest_from, self.rest_until) if self.rest_from and self.rest_until else None
        return week.Week.read(self.week, rest)


class Conflict(models.Model):
    """A value that was changed here and at the vendor. Both are kept until an admin says which one holds.

    Of exactly one of location, customer and account. `ours`, `theirs` and `base` are as shown to people.
    """

    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, related_name="conflicts")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="conflicts")
    account = models.ForeignKey(ClientAccount, models.CASCADE, null=True, blank=True, related_name="conflicts")
    field = models.CharField(max_length=40)  # the vendor's name of it
    ours = models.JSONField(null=True)
    theirs = models.JSONField(null=True)
    base = models.JSONField(null=True)
    ours_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ours_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=timezone.now)  # when the vendor's value was met
    kept = models.CharField(max_length=6, choices=Side, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-seen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[subject, "field"],
                condition=Q(resolved_at=None, **{f"{subject}__isnull": False}),
                name=f"conflict_of_{subject}_once",
            )
            for subject in ("location", "customer", "account")
        ]

    def __str__(self):
        return f"{self.field} of {self.subject}"

    @property
    def subject(self):
        """The row it is about."""
        return self.location or self.customer or self.account


class VendorUser(Mirrored):
    """Somebody who signs in at FeedbackAPI's own console. A pending one has no id there and is in no list: that
    row is ours, and is taken over by e-mail address when the user appears."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=NAME_KEPT, blank=True)
    type = models.CharField(max_length=40, blank=True)  # the vendor's word: standard, restricted
    status = models.CharField(max_length=40, blank=True)  # the vendor's word: active, pending
    last_access_at = models.DateTimeField(null=True, blank=True)  # None: never
    invite = SealedJSONField(default=dict, blank=True)  # {"url"}: it opens an account
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(null=True, blank=True)
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(Mirrored.Meta):
        abstract = False
        ordering = ["name", "email"]
        indexes = [models.Index(Lower("email"), name="vendor_user_email")]

    def __str__(self):
        return self.name or self.email


class Invitation(models.Model):
    """Somebody asked to join Aftercall. The link is a secret shown once; each one sent ends the one before."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=12, choices=Role, default=Role.AGENT)
    sees_all_locations = models.BooleanField(default=False)
    locations = models.ManyToManyField(Location, blank=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the link's token
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(default=timezone.now)
    times_sent = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=Q(accepted_at=None, cancelled_at=None), name="invitation_once_an_address"
            )
        ]

    def __str__(self):
        return self.email

    @property
    def is_pending(self):
        return self.accepted_at is None and self.cancelled_at is None

    @property
    def is_expired(self):
        return self.is_pending and self.expires_at <= timezone.now()
