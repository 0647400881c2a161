from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"

    def ready(self):
        from calls import sync, webhooks
        from integrations import inbox, pulse

        pulse.on("ccai-tail", live=sync.anything_live, tick=sync.tick)
        inbox.on("plivo", apply=webhooks.apply_plivo)
