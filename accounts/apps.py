from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps  # its classes here would count as this app's own


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True

    def ready(self):
        from accounts import checks, receivers, schema, sentences  # noqa: F401  (they register themselves)

        sentences.take_over()


class AdminSiteConfig(admin_apps.AdminConfig):
    """Django's admin, opened by our own rules."""

    default = False
    default_site = "accounts.admin_site.AdminSite"
