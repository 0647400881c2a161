"""Rows for operators, and the two kinds of admin every app's rows are shown with.

Secrets are never shown: a password is a link to a form, a token its last four letters.
"""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin

from accounts import audit, services
from accounts.models import ApiToken, AuditEntry, User


class ReadOnly(admin.ModelAdmin):
    """To look at, not to change: the row has a page and deeds of its own."""

    show_full_result_count = False  # counting a million rows takes longer than the page

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class Audited(admin.ModelAdmin):
    """Whatever is added, changed or removed here stands in the audit too, with the names of the fields."""

    def log_addition(self, request, obj, message):
        audit.record(request.user, f"added a {self.opts.verbose_name}", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        changes = dict.fromkeys(_fields_of(message), ["", "changed"])
        audit.record(request.user, f"changed a {self.opts.verbose_name}", obj, changes)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            audit.record(request.user, f"removed a {self.opts.verbose_name}", obj)
        return super().log_deletions(request, queryset)


def _fields_of(message):
    """The fields that the admin's own change message (a text, or a list of its parts) names."""
    parts = message if isinstance(message, list) else []
    return [name for part in parts for name in part.get("changed", {}).get("fields", ())]


class NewUserForm(forms.ModelForm):
    """A person without a password: they set one with “Forgot your password?”."""

    class Meta:
        model = User
        fields = ["email", "name", "role", "sees_all_locations"]

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def save(self, commit=True):
        self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    add_form = NewUserForm
    add_fieldsets = [(None, {"fields": ["email", "name", "role", "sees_all_locations"]})]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("May", {"fields": ["role", "sees_all_locations", "is_active", "is_staff", "is_superuser"]}),
        ("Profile", {"fields": ["time_zone", "ccai_email", "default_caller_id", "theme", "shortcuts_on"]}),
        ("Since", {"fields": ["date_joined", "last_login"]}),
    ]
    readonly_fields = ["date_joined", "last_login"]
    list_display = ["email", "name", "role", "sees_all_locations", "is_active", "last_login"]
    list_filter = ["role", "is_active", "sees_all_locations"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = []

    def has_delete_permission(self, request, obj=None):
        return False  # people leave traces in calls and the audit: deactivate them

    def save_model(self, request, obj, form, change):
        """Written down, and a deactivation ends the person's sessions and tokens."""
        changes = {name: [_text(form.initial.get(name)), _text(form.cleaned_data[name])] for name in form.changed_data}
        super().save_model(request, obj, form, change)
        audit.record(request.user, "changed user" if change else "made user", obj, changes)
        if not obj.is_active:
            services.end_access(obj)

    def log_change(self, request, obj, message):
        """The form for a new password saves by itself; it ends the person's sessions, being part of their key."""
        if "password" in _fields_of(message):
            audit.record(request.user, "set a person's password", obj)
        return super().log_change(request, obj, message)


def _text(value):
    return value if isinstance(value, bool | None) else str(value)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly):
    list_display = ["name", "user", "scope", "hint", "created_at", "expires_at", "last_used_at", "revoked_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__email"]
    exclude = ["digest"]
    actions = ["revoke"]

    @admin.action(description="Revoke the chosen tokens", permissions=["view"])
    def revoke(self, request, queryset):
        revoked = sum(services.revoke_token(request.user, token) for token in queryset)
        self.message_user(request, f"{revoked} tokens revoked.")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ["at", "actor", "deed", "object_type", "object_label", "reason"]
    list_select_related = ["actor"]
    list_filter = ["deed", "object_type"]
    search_fields = ["object_id", "object_label", "actor__email"]
    date_hierarchy = "at"
