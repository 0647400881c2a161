from django.contrib import admin

from calls.models import Call, CallEvent, CarrierRecord


class CallEventInline(admin.TabularInline):
    model = CallEvent
    fields = ["at", "source", "word", "status", "text"]
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(Call)
class CallAdmin(admin.ModelAdmin):
    list_display = ["pk", "created_at", "agent", "number", "status", "vendor_id"]
    list_filter = ["status", "provider"]
    list_select_related = ["agent", "number"]
    raw_id_fields = ["agent", "customer", "location", "number", "parent"]
    inlines = [CallEventInline]


@admin.register(CarrierRecord)
class CarrierRecordAdmin(admin.ModelAdmin):
    list_display = ["call_uuid", "to_number", "started_at", "cause", "call"]
    raw_id_fields = ["hook", "call"]
