"""The door to a call: what a person may not see is a 404."""

from django.shortcuts import get_object_or_404

from calls.models import Call
from customers.access import whole


def get_call(user, pk):
    """The call `pk` with whom it is about. Raises Http404."""
    calls = Call.objects.visible_to(user)
    people = ("agent", "customer__phone", "customer__location", "number", "location__account", "connection")
    return get_object_or_404(calls.select_related(*people), pk=whole(pk))
