"""Calls in Django's admin: to look at. Who is called, and what is said about a call, are deeds with rules."""

from django.contrib import admin

from accounts.admin import ReadOnly
from calls.models import Call, CallEvent, CarrierRecord


class CallEventInline(admin.TabularInline):
    model = CallEvent
    fields = ["at", "source", "word", "status", "text"]
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(Call)
class CallAdmin(ReadOnly):
    list_display = ["pk", "created_at", "agent", "number", "status", "vendor_id"]
    list_filter = ["status", "provider"]
    list_select_related = ["agent", "number"]
    inlines = [CallEventInline]


@admin.register(CarrierRecord)
class CarrierRecordAdmin(ReadOnly):
    list_display = ["call_uuid", "to_number", "started_at", "cause", "call"]
    list_select_related = ["call"]
