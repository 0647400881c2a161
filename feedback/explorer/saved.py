"""Saved views: the filters of the list of calls under a name, for oneself or for everybody."""

from django.db import IntegrityError, transaction
from django.db.models import Case, When
from django.http import QueryDict

from accounts import audit
from accounts.models import User
from feedback.models import SavedView

SHOWN = 12  # beside the filters; the others stand on their own page
MOST_OWN = 100
MOST_LISTED = 500
READ = ("name", "query", "is_shared", "owner__name", "owner__email")  # the rest of a user is never asked for
IN_FULL = "You have {} views. Remove one that nobody opens any more."
TAKEN = "You have a view of this name. Choose another name, or put these filters in its place."


class CannotSave(Exception):
    """`str()` is a sentence for whoever tried."""


class NameTaken(CannotSave):
    """The person has another view of this name."""


def listed(user, most=MOST_LISTED):
    """The views a person may open, their own first; at most so many."""
    theirs = Case(When(owner=user, then=0), default=1)
    views = SavedView.objects.visible_to(user).select_related("owner").only(*READ)
    return views.alias(theirs=theirs).order_by("theirs", "name", "pk")[:most]


def beside(user, filters):
    """(those to show beside the filters, whether there are more); the one that is open has `is_open`."""
    views = list(listed(user, SHOWN + 1))
    for view in views:
        view.is_open = query_of(view).dict() == filters.given
    return views[:SHOWN], len(views) > SHOWN


def query_of(view):
    """Its filters as an address gives them."""
    return QueryDict(view.query)


def save(by, name, filters, *, is_shared=False, replaces=False):
    """Keep the filters under a name; `replaces`: in place of one's own view of this name. Raises CannotSave."""
    query = filters.address().removeprefix("?")
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=by.pk)  # two presses are taken one after the other
        own = SavedView.objects.filter(owner=by)
        view = own.filter(name=name).first() or SavedView(owner=by, name=name)
        if view.pk and not replaces:
            raise NameTaken(TAKEN)
        if not view.pk and own.count() >= MOST_OWN:
            raise CannotSave(IN_FULL.format(MOST_OWN))
        was_shared, view.query, view.is_shared = view.is_shared, query, is_shared
        view.save()
        _record(by, view, was_shared)
    return view


def change(by, view, name, is_shared):
    """Another name, for oneself or for everybody. Raises NameTaken."""
    was_shared, view.name, view.is_shared = view.is_shared, name, is_shared
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "is_shared"])
            _record(by, view, was_shared)
    except IntegrityError as error:
        raise NameTaken("There is another view of this name.") from error


def remove(by, view):
    """The calls stay, and so do addresses of the list that somebody copied out of it."""
    with transaction.atomic():
        if view.is_shared:
            audit.record(by, "removed a shared view", view, {"filters": [view.query, ""]})
        view.delete()


def _record(by, view, was_shared):
    """What is for everybody is written down; what a person keeps for themselves is theirs."""
    if view.is_shared or was_shared:
        deed = "changed a shared view" if was_shared and view.is_shared else "shared a view"
        audit.record(by, deed if view.is_shared else "unshared a view", view, {"filters": ["", view.query]})
