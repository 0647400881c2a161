from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self):
        from config import checks  # noqa: F401  (registers the system checks)

        # The queue's own signal: its tables are there then, and an app without models is sent none.
        post_migrate.connect(_ensure_schedules, sender=apps.get_app_config("django_q"), dispatch_uid="schedules")


def _ensure_schedules(**_):
    from config import schedules

    schedules.ensure()
