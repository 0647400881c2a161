"""Who belongs where, do-not-call, and to look at: what has pages and deeds of its own.

Client accounts, locations and customers are changed on their pages, which tell FeedbackAPI too; here only what it
does not keep can be mended.
"""

from django.contrib import admin

from accounts.admin import Audited, ReadOnly
from customers.models import (
    CallingRule,
    ClientAccount,
    Conflict,
    Customer,
    DoNotCall,
    Location,
    NumberLookup,
    PhoneNumber,
    ReviewProfile,
)


@admin.register(ClientAccount)
class ClientAccountAdmin(ReadOnly):
    list_display = ["name", "is_active", "vendor_id", "gone_at"]
    search_fields = ["name", "vendor_id"]


@admin.register(Location)
class LocationAdmin(Audited):
    list_display = ["name", "account", "time_zone", "is_active", "vendor_id", "gone_at"]
    list_select_related = ["account"]
    filter_horizontal = ["members"]
    search_fields = ["name", "vendor_id"]
    fields = ["name", "account", "time_zone", "members"]
    readonly_fields = ["name", "account"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Customer)
class CustomerAdmin(ReadOnly):
    list_display = ["name", "location", "phone", "opted_out_at", "vendor_id", "gone_at"]
    list_select_related = ["location", "phone"]
    search_fields = ["name", "email", "vendor_id"]


@admin.register(Conflict)
class ConflictAdmin(ReadOnly):
    list_display = ["field", "location", "customer", "account", "seen_at", "kept", "resolved_by", "resolved_at"]
    list_select_related = ["location", "customer", "account", "resolved_by"]


@admin.register(ReviewProfile)
class ReviewProfileAdmin(ReadOnly):
    list_display = ["url", "location", "added_by", "added_at", "told_at"]
    list_select_related = ["location", "added_by"]


@admin.register(CallingRule)
class CallingRuleAdmin(ReadOnly):
    list_display = ["of_whom", "supervisor_may", "most_a_day"]
    list_select_related = ["account"]


@admin.register(DoNotCall)
class DoNotCallAdmin(Audited):
    list_display = ["number", "account", "at", "by"]
    list_select_related = ["number", "account", "by"]
    raw_id_fields = ["number"]


@admin.register(PhoneNumber)
class PhoneNumberAdmin(ReadOnly):
    list_display = ["e164", "region", "activity_score", "last_dialled_at"]
    search_fields = ["e164"]


@admin.register(NumberLookup)
class NumberLookupAdmin(ReadOnly):
    list_display = ["number", "at", "response_id"]
    list_select_related = ["number"]
