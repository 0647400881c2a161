from django.contrib import admin

from customers.models import ClientAccount, Customer, DoNotCall, Location, NumberLookup, PhoneNumber

admin.site.register(ClientAccount, list_display=["name", "is_active"], search_fields=["name"])


@admin.register(Location)
class LocationAdmin(admin.ModelAdmin):
    list_display = ["name", "account", "time_zone", "is_active"]
    list_select_related = ["account"]
    filter_horizontal = ["members"]


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    list_display = ["name", "location", "phone", "opted_out_at"]
    list_select_related = ["location", "phone"]
    raw_id_fields = ["phone", "location"]
    search_fields = ["name", "email"]


@admin.register(PhoneNumber)
class PhoneNumberAdmin(admin.ModelAdmin):
    list_display = ["e164", "region", "activity_score", "last_dialled_at"]
    search_fields = ["e164"]


@admin.register(NumberLookup, DoNotCall)
class NumberFactAdmin(admin.ModelAdmin):
    list_display = ["number", "at"]
    raw_id_fields = ["number"]
