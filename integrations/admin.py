"""To look at, not to change: the wire's rows have their own pages and deeds."""

from django.contrib import admin

from integrations.models import Delivery, HookEvent


class ReadOnly(admin.ModelAdmin):
    show_full_result_count = False  # counting a million rows takes longer than the page

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ["__str__", "connection", "state", "reason", "created_at"]
    list_filter = ["state", "connection"]
    list_select_related = ["connection"]


@admin.register(HookEvent)
class HookEventAdmin(ReadOnly):
    list_display = ["__str__", "state", "reason", "received_at"]
    list_filter = ["state", "vendor"]
