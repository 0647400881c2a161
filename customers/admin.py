"""Where client accounts, locations and who belongs to them are kept; and what is known of numbers."""

from django.contrib import admin

from accounts.admin import Audited, ReadOnly
from customers.models import ClientAccount, Customer, DoNotCall, Location, NumberLookup, PhoneNumber


@admin.register(ClientAccount)
class ClientAccountAdmin(Audited):
    list_display = ["name", "is_active"]
    search_fields = ["name"]


@admin.register(Location)
class LocationAdmin(Audited):
    list_display = ["name", "account", "time_zone", "is_active"]
    list_select_related = ["account"]
    filter_horizontal = ["members"]


@admin.register(Customer)
class CustomerAdmin(Audited):
    list_display = ["name", "location", "phone", "opted_out_at"]
    list_select_related = ["location", "phone"]
    raw_id_fields = ["phone", "location"]
    search_fields = ["name", "email"]


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
