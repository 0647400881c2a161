"""What bodies and filters of every room have in common: a misspelt name is said, not lost in silence.

Apart from api.py, because DRF reads that one while it loads its own views.
"""

from datetime import UTC

import django_filters
from django import forms
from django.http import Http404
from django_filters.fields import IsoDateTimeField
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


class MomentField(IsoDateTimeField):
    """A moment in ISO 8601. One that begins or ends the calendar elsewhere is none in UTC, and no database asks it."""

    def to_python(self, value):
        at = super().to_python(value)
        try:
            return at and at.astimezone(UTC)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Filters by a moment in ISO 8601."""

    field_class = MomentField


def named(door, user, data, name):
    """The row that a field of the body names, None where it names none. Raises Unprocessable for one out of sight."""
    if not data.get(name):
        return None
    try:
        return door(user, data[name])
    except Http404 as error:
        raise Unprocessable(f"There is no such {name}, or it is not yours to see.", param=name) from error
