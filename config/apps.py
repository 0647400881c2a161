from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self):
        from config import checks  # noqa: F401  (registers the system checks)

        post_migrate.connect(_ensure_schedules, sender=self, dispatch_uid="schedules")


def _ensure_schedules(**_):
    from config import schedules

    schedules.ensure()
