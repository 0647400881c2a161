"""To look at, not to change: the wire's rows have their own pages and deeds."""

from django.contrib import admin

from accounts.admin import ReadOnly
from integrations.models import Delivery, HookEvent


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ["__str__", "connection", "state", "reason", "created_at"]
    list_filter = ["state", "connection"]
    list_select_related = ["connection"]


@admin.register(HookEvent)
class HookEventAdmin(ReadOnly):
    list_display = ["__str__", "state", "reason", "received_at"]
    list_filter = ["state", "vendor"]
