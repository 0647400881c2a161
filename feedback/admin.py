"""Wrap-ups in Django's admin: to look at. They are changed where the rules are, on the call's page."""

from django.contrib import admin

from accounts.admin import ReadOnly
from feedback.models import Rating, RatingRevision


@admin.register(Rating)
class RatingAdmin(ReadOnly):
    list_display = ["call", "outcome", "right_party", "quality", "revision", "saved_by", "saved_at"]
    list_filter = ["outcome"]
    list_select_related = ["call", "saved_by"]
    date_hierarchy = "saved_at"


@admin.register(RatingRevision)
class RatingRevisionAdmin(ReadOnly):
    list_display = ["rating", "number", "by", "at"]
    list_select_related = ["rating__call", "by"]
