"""People who use Aftercall, their keys for programs, and who did what."""

import hashlib
import secrets
import uuid

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.choices import LetterState, Role, Scope, Theme


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whom a person may look up: an agent themselves, supervisors and admins everybody."""
        return self if user.is_supervisor else self.filter(pk=user.pk)

    def people(self):
        """Without those who are known by name from a file only."""
        return self.filter(is_placeholder=False)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email, password=None, **fields):
        """A saved user. `email` is the sign-in name; without a password nobody can sign in."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        fields |= {"role": Role.ADMIN, "is_staff": True, "is_superuser": True, "sees_all_locations": True}
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in with an e-mail address. Which locations they see stands on the location."""

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=12, choices=Role, default=Role.AGENT)
    sees_all_locations = models.BooleanField("sees all locations", default=False)
    time_zone = models.CharField(max_length=64, default="UTC")
    ccai_email = models.EmailField(
        "e-mail in CCAI", blank=True, help_text="The address CCAI knows you by. Without it CCAI cannot ring you."
    )
    default_caller_id = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=20, blank=True)  # E.164; a carrier joins it with the customer's
    default_provider = models.CharField(max_length=12, blank=True)  # through whom they dialled last
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.SYSTEM, blank=True)
    shortcuts_on = models.BooleanField("keyboard shortcuts", default=True)
    is_active = models.BooleanField(default=True)
    # Known by name from an imported file: an agent in lists and figures, whom nobody can sign in as.
    is_placeholder = models.BooleanField(default=False, editable=False)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self):
        return self.name or self.email

    @property
    def is_admin(self):
        return self.role == Role.ADMIN

    @property
    def is_supervisor(self):
        """Supervisors and admins: whoever watches over the calls of others."""
        return self.role in (Role.SUPERVISOR, Role.ADMIN)

    def get_short_name(self):
        return self.name.split(" ")[0] if self.name else self.email


def token_digest(secret):
    """SHA-256 of a token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Tokens are their user's own affair."""
        return self.filter(user=user)

    def alive(self):
        """Those that still open something, whoever they belong to."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at=None, user__is_active=True)


class ApiTokenManager(models.Manager.from_queryset(ApiTokenQuerySet)):
    def issue(self, user, name, scope=Scope.READ, expires_at=None):
        """A new token and its secret, which is shown once and kept nowhere."""
        secret = f"ac_{secrets.token_urlsafe(32)}"
        token = self.create(
            user=user, name=name, scope=scope, expires_at=expires_at, digest=token_digest(secret), hint=secret[-4:]
        )
        return token, secret


class ApiToken(models.Model):
    """A program's key. It may do what its user may, no more, and only read unless it says otherwise."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.READ)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenManager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            # A form sent twice makes one token, and a name in the audit means one key.
            models.UniqueConstraint(
                fields=["user", "name"], condition=Q(revoked_at=None), name="token_name_once_until_revoked"
            )
        ]

    def __str__(self):
        return f"{self.name} (…{self.hint})"

    @property
    def is_expired(self):
        return self.expires_at is not None and self.expires_at <= timezone.now()


class IdempotencyKey(models.Model):
    """A program's own name for a request, so that a repeat answers the first one. Kept for a day."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # of the body it came with
    intent = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_once")]

    def __str__(self):
        return self.key


class AuditEntry(models.Model):
    """Who changed what, when and why. Append only."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    deed = models.CharField(max_length=100)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    object_label = models.CharField(max_length=200)
    changes = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id", "-at"])]

    def __str__(self):
        return f"{self.deed} {self.object_label}"


class Letter(models.Model):
    """A mail to one of our people. `key` says what it is about, so that however many workers write it, it goes once.

    The address is the recipient's at the moment it goes; it is kept nowhere else.
    """

    key = models.CharField(max_length=120, unique=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # its Message-ID
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.WAITING)
    made_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)  # the next try
    tries = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True, blank=True)  # when a worker began to hand it over
    sent_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)  # why it waits or was not sent, in words

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_known"),
        ]
        indexes = [
            # Those that are still to go, however many have gone.
            models.Index(
                fields=["not_before"],
                condition=Q(state__in=(LetterState.WAITING, LetterState.SENDING)),
                name="letter_to_go",
            ),
        ]

    def __str__(self):
        return self.subject
