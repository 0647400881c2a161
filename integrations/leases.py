"""One of a kind at a time, across processes and hosts: a row that says whose turn it is and until when."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from integrations.models import Lease


def take(name, owner, seconds):
    """Whether `owner` (any token) holds the lease `name` now, for `seconds`. Taking it again renews it."""
    now = timezone.now()
    free = Q(until__lte=now) | Q(owner=owner)
    if Lease.objects.filter(free, name=name).update(owner=owner, until=now + timedelta(seconds=seconds)):
        return True
    return not Lease.objects.filter(name=name).exists() and _first(name, owner, now + timedelta(seconds=seconds))


def _first(name, owner, until):
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, owner=owner, until=until)
    except IntegrityError:
        return False  # another process was first
    return True


def release(name, owner):
    """Ends the lease if `owner` still holds it; a later holder's is left alone."""
    Lease.objects.filter(name=name, owner=owner).update(owner="", until=timezone.now())


def is_held(name):
    """Whether anybody holds the lease now."""
    return Lease.objects.filter(name=name, until__gt=timezone.now()).exists()
