"""The named queries of the pages about people. Each has a pinned number of queries in its test."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Prefetch, Q

from accounts.models import User
from customers import paging
from customers.models import Invitation, Location, VendorUser
from customers.services import invitations, vendor_users
from integrations import chips
from integrations.choices import DeliveryState, SyncState, Vendor
from integrations.models import SyncRun
from integrations.text import clean

NAMED = 3  # locations named in a row; more are counted
PENDING_SHOWN = 200  # invitations on the page; more than this nobody waits for at once


@dataclass(frozen=True)
class UserRow:
    user: object
    locations: str


@dataclass(frozen=True)
class UserPage:
    """Rows of one page, the address of the first page ("" when this is it) and of the next ("" at the end)."""

    rows: list
    says: str
    first: str
    next: str


def user_page(chosen, after=""):
    """People by name, 50 a page. `chosen` are the filters that were set: q, role, state."""
    users = User.objects.filter(_named(chosen.get("q", "")))
    if "role" in chosen:
        users = users.filter(role=chosen["role"])
    if "state" in chosen:
        users = users.filter(is_active=chosen["state"] == "active")
    users = users.prefetch_related(Prefetch("locations", Location.objects.order_by("name")))
    page = paging.by_name(users, after)
    following = f"?{urlencode({**chosen, 'after': page.next})}" if page.next else ""
    first = "" if page.is_first else f"?{urlencode(chosen)}"
    return UserPage([UserRow(user, locations_of(user)) for user in page.rows], page.says, first, following)


def _named(text):
    text = clean(text).strip()
    named = Q()
    for word in text.split():
        named &= Q(name__icontains=word)
    return (named | Q(email__icontains=text)) if text else Q()


def locations_of(person):
    """Locations of a user or an invitation in words, from what was prefetched."""
    if person.sees_all_locations:
        return "All"
    names = [location.name for location in person.locations.all()]
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class InvitationRow:
    invitation: object
    locations: str


def open_invitations():
    """Those that were neither accepted nor cancelled, newest first, the expired ones too."""
    rows = Invitation.objects.filter(invitations.OPEN).select_related("invited_by").prefetch_related("locations")
    return [InvitationRow(row, locations_of(row)) for row in rows[:PENDING_SHOWN]]


@dataclass(frozen=True)
class VendorUserRow:
    """A user of FeedbackAPI, and how the last thing we asked about them stands (None: nothing, or done)."""

    user: object
    chip: object


@dataclass(frozen=True)
class VendorUserPage:
    pending: list
    active: list
    first: str
    next: str
    read_at: object
    used: int
    most: object


def vendor_user_page(after=""):
    """Pending ones, newest first, and active ones by name, 50 a page; when they were last read, and the limit."""
    people = VendorUser.objects.select_related("delivery__connection", "invited_by")
    people = people.prefetch_related("delivery__attempts").filter(gone_at=None)
    waiting = people.filter(vendor_id=None).order_by("-invited_at", "-pk")[:PENDING_SHOWN]
    named = paging.by_name(people.filter(vendor_id__isnull=False), after)
    used, most = vendor_users.room()
    return VendorUserPage(
        pending=[vendor_user_row(row) for row in waiting],
        active=[vendor_user_row(row) for row in named.rows],
        first="" if named.is_first else "?",
        next=paging.address_of(named.next),
        read_at=last_read("users"),
        used=used,
        most=most,
    )


def vendor_user_row(row):
    """Its VendorUserRow; needs delivery, connection and attempts at hand."""
    is_open = row.delivery is not None and row.delivery.state in (DeliveryState.PENDING, DeliveryState.PARKED)
    return VendorUserRow(row, chips.of(row.delivery) if is_open else None)


def last_read(resource):
    """When FeedbackAPI's list `resource` was last read to its end, or None."""
    runs = SyncRun.objects.filter(connection__vendor=Vendor.FEEDBACKAPI, resource=resource, state=SyncState.COMPLETE)
    return runs.order_by("-ended_at").values_list("ended_at", flat=True).first()
