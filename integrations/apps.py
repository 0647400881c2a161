from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self):
        from integrations import checks, connections  # noqa: F401 (importing registers the checks)

        post_migrate.connect(connections.ensure, sender=self)
