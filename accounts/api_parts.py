"""What bodies and filters of every room have in common: a misspelt name is said, not lost in silence.

Apart from api.py, because DRF reads that one while it loads its own views.
"""

import django_filters
from django.http import Http404
from rest_framework import serializers

from accounts.api import Unprocessable

OF_EVERY_LIST = {"limit", "cursor"}


class StrictSerializer(serializers.Serializer):
    """Refuses keys it does not know: a misspelt one would be lost in silence."""

    def to_internal_value(self, data):
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({unknown[0]: "There is no such field."})
        return super().to_internal_value(data)


class StrictFilters(django_filters.FilterSet):
    """Refuses filters it does not know."""

    def filter_queryset(self, queryset):
        misspelt = sorted(set(self.data) - set(self.filters) - OF_EVERY_LIST)
        if misspelt:
            raise Unprocessable(f"There is no filter “{misspelt[0]}”.", param=misspelt[0])
        return super().filter_queryset(queryset)


def named(door, user, data, name):
    """The row that a field of the body names, None where it names none. Raises Unprocessable for one out of sight."""
    if not data.get(name):
        return None
    try:
        return door(user, data[name])
    except Http404 as error:
        raise Unprocessable(f"There is no such {name}, or it is not yours to see.", param=name) from error
