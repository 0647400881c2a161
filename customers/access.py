"""The doors to customers' rows: what a person may not see is a 404."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from customers.models import (
    CallingRule,
    ClientAccount,
    Conflict,
    Customer,
    DoNotCall,
    Import,
    Invitation,
    Location,
    PhoneNumber,
    ReviewProfile,
    VendorUser,
)

LONGEST_ID = 18  # digits; a longer one overflows the database's integer


def get_customer(user, pk):
    """The customer `pk` (number or digits) with phone and location. Raises Http404."""
    customers = Customer.objects.visible_to(user).select_related("phone", "location__account")
    return get_object_or_404(customers, pk=whole(pk))


def find_customer(user, text):
    """The customer a form names, or None when it names none. Raises Http404 for one out of sight."""
    return get_customer(user, text) if str(text or "").strip() else None


def if_seen(user, customer):
    """The customer where the user may see them, else None: one's own call may be with somebody who has moved away."""
    if customer is None or user.sees_all_locations:
        return customer
    return customer if Customer.objects.visible_to(user).filter(pk=customer.pk).exists() else None


def get_location(user, pk):
    """The location `pk` with its account. Raises Http404."""
    return get_object_or_404(Location.objects.visible_to(user).select_related("account"), pk=whole(pk))


def get_account(user, pk):
    """The client account `pk`; only an admin's page asks. Raises Http404."""
    return get_object_or_404(ClientAccount if user.is_admin else ClientAccount.objects.none(), pk=whole(pk))


def accounts_seen_by(user):
    """The client accounts whose locations a person may see: what lists and figures can be narrowed to."""
    if user.sees_all_locations:
        return ClientAccount.objects.all()
    return ClientAccount.objects.filter(pk__in=Location.objects.visible_to(user).values("account"))


def get_seen_account(user, pk):
    """The client account `pk` of locations the user may see. Raises Http404."""
    return get_object_or_404(accounts_seen_by(user), pk=whole(pk))


def get_calling_rule(user, pk):
    """A country's or an account's own calling rule. Raises Http404, as for everybody but admins."""
    own = CallingRule.objects.filter(_for_admin(user)).exclude(account=None, country="")
    return get_object_or_404(own.select_related("account"), pk=whole(pk))


def get_do_not_call(user, pk):
    """An entry of the do-not-call list with its number. Raises Http404, as for everybody but supervisors."""
    entries = DoNotCall.objects.visible_to(user).select_related("number", "account", "by")
    return get_object_or_404(entries if user.is_supervisor else entries.none(), pk=whole(pk))


def get_import(user, pk):
    """The import `pk`. Raises Http404, as for everybody but admins."""
    runs = Import.objects.select_related("made_by")
    return get_object_or_404(runs if user.is_admin else runs.none(), pk=whole(pk))


def get_conflict(user, pk):
    """The conflict `pk` with its row; only an admin's page asks. Raises Http404."""
    conflicts = Conflict.objects.select_related("location", "customer", "account")
    return get_object_or_404(conflicts if user.is_admin else conflicts.none(), pk=whole(pk))


def get_profile(user, pk):
    """A review profile of a location the user may see. Raises Http404."""
    profiles = ReviewProfile.objects.filter(location__in=Location.objects.visible_to(user))
    return get_object_or_404(profiles.select_related("location"), pk=whole(pk))


def get_phone_number(user, pk):
    """The number `pk`. Raises Http404 when it belongs only to customers the user may not see."""
    numbers = PhoneNumber.objects.all()
    if not user.sees_all_locations:
        seen = Customer.objects.visible_to(user).values("pk")
        numbers = numbers.filter(Q(customers=None) | Q(customers__in=seen)).distinct()
    return get_object_or_404(numbers, pk=whole(pk))


def get_invitation(user, pk):
    """The invitation `pk`, whatever became of it. Raises Http404, as for everybody but admins."""
    return get_object_or_404(Invitation.objects.filter(_for_admin(user)).select_related("invited_by"), pk=whole(pk))


def get_vendor_user(user, pk):
    """The user of FeedbackAPI `pk` with the delivery about them. Raises Http404, as for everybody but admins."""
    people = VendorUser.objects.filter(_for_admin(user)).select_related("delivery__connection", "invited_by")
    return get_object_or_404(people.prefetch_related("delivery__attempts"), pk=whole(pk))


def _for_admin(user):
    return Q() if user.is_admin else Q(pk__in=())


def whole(pk):
    """An id out of an address or a form (number or digits) as a number. Raises Http404 for what can be none."""
    text = str(pk).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise Http404("There is no such thing.")
    return int(text)
