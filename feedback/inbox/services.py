"""Deeds on what came back: read, handled, answered on the platform, and each of them taken back.

Each is one conditional update, so that of two people doing the same the first is remembered.
"""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from integrations.text import clean


class Overtaken(Exception):
    """Somebody else did it first, or took it back; the sentence says so."""


def read(thing, by):
    """Remember who opened it first, and when."""
    _change(thing, {"read_at": None}, read_at=timezone.now(), read_by=by)


def unread(thing):
    """Back among the unread."""
    _change(thing, {"read_at__isnull": False}, read_at=None, read_by=None)


def read_all(things, by):
    """Every unread one of a list is read; how many there were. One statement, however many there are."""
    return things.order_by().filter(read_at=None).update(read_at=timezone.now(), read_by=by)


@transaction.atomic
def handle(thing, by, how):
    """Dealt with, and how. Raises Overtaken."""
    now, how = timezone.now(), clean(how)
    if not _change(thing, {"handled_at": None}, handled_at=now, handled_by=by, handled_how=how):
        raise Overtaken("Somebody has marked this as handled meanwhile.")
    read(thing, by)
    audit.record(by, "handled", thing, reason=how)


@transaction.atomic
def reopen(thing, by):
    """Not dealt with after all. Raises Overtaken."""
    how = thing.handled_how
    if not _change(thing, {"handled_at__isnull": False}, handled_at=None, handled_by=None, handled_how=""):
        raise Overtaken("It is not marked as handled any more.")
    audit.record(by, "reopened", thing, {"handled_how": [how, ""]})


@transaction.atomic
def mark_replied(review, by):
    """Somebody has answered it on its platform; the API cannot. Raises Overtaken."""
    if not _change(review, {"replied_at": None}, replied_at=timezone.now(), replied_by=by):
        raise Overtaken("Somebody has marked this as answered meanwhile.")
    audit.record(by, "marked as answered", review)


@transaction.atomic
def unmark_replied(review, by):
    """It was not answered after all. Raises Overtaken."""
    if not _change(review, {"replied_at__isnull": False}, replied_at=None, replied_by=None):
        raise Overtaken("It is not marked as answered any more.")
    audit.record(by, "marked as not answered", review)


def _change(thing, expected, **values):
    """Whether the row was as expected and has these values now; `thing` then has them too."""
    changed = type(thing).objects.filter(pk=thing.pk, **expected).update(**values)
    if changed:
        for name, value in values.items():
            setattr(thing, name, value)
    return bool(changed)
