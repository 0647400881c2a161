"""The doors of this room: which deliveries a person may see."""

from django.db.models import Q
from django.shortcuts import get_object_or_404

from calls.models import Call, FlagLeg
from feedback.models import RatingLeg
from integrations.models import Delivery


def deliveries_visible_to(user):
    """An admin's: all. Anybody else's: those of the calls they may see."""
    if user.is_admin:
        return Delivery.objects.all()
    calls = Call.objects.visible_to(user).values("pk")
    of_ratings = RatingLeg.objects.filter(rating__call__in=calls).values("delivery")
    of_flags = FlagLeg.objects.filter(call__in=calls).values("delivery")
    return Delivery.objects.filter(Q(pk__in=of_ratings) | Q(pk__in=of_flags))


def get_delivery(user, pk):
    """The delivery, or 404 when it is not theirs to see."""
    return get_object_or_404(deliveries_visible_to(user).select_related("connection"), pk=pk)
