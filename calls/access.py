"""The door to a call: what a person may not see is a 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from calls.models import Call

LONGEST_ID = 18  # digits; a longer one overflows the database's integer


def get_call(user, pk):
    """The call `pk` with whom it is about. Raises Http404."""
    text = str(pk)
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise Http404("There is no such call.")
    calls = Call.objects.visible_to(user)
    people = ("agent", "customer__phone", "customer__location", "number", "location__account", "connection")
    return get_object_or_404(calls.select_related(*people), pk=int(text))
