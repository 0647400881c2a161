"""The doors to customers' rows: what a person may not see is a 404."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from customers.models import Customer, Location, PhoneNumber

LONGEST_ID = 18  # digits; a longer one overflows the database's integer


def get_customer(user, pk):
    """The customer `pk` (number or digits) with phone and location. Raises Http404."""
    customers = Customer.objects.visible_to(user).select_related("phone", "location__account")
    return get_object_or_404(customers, pk=whole(pk))


def find_customer(user, text):
    """The customer a form names, or None when it names none. Raises Http404 for one out of sight."""
    return get_customer(user, text) if str(text or "").strip() else None


def get_location(user, pk):
    """The location `pk` with its account. Raises Http404."""
    return get_object_or_404(Location.objects.visible_to(user).select_related("account"), pk=whole(pk))


def get_phone_number(user, pk):
    """The number `pk`. Raises Http404 when it belongs only to customers the user may not see."""
    numbers = PhoneNumber.objects.all()
    if not user.sees_all_locations:
        numbers = numbers.filter(Q(customers=None) | Q(customers__location__members=user)).distinct()
    return get_object_or_404(numbers, pk=whole(pk))


def whole(pk):
    """An id out of an address or a form (number or digits) as a number. Raises Http404 for what can be none."""
    text = str(pk).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise Http404("There is no such thing.")
    return int(text)
