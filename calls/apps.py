from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"

    def ready(self):
        from calls import catch_up, session_events, sync, webhooks
        from calls.plivo import beat, joining
        from calls.telesign import answering, hearing
        from integrations import inbox, pulse
        from integrations import sync as lists
        from integrations.plivo import answers
        from integrations.telesign import commands

        pulse.on("ccai-tail", live=sync.anything_live, tick=sync.tick)
        pulse.on("plivo-calls", live=beat.anything_live, tick=beat.tick)
        inbox.on("ccai", apply=session_events.apply)
        inbox.on("plivo", apply=webhooks.apply_plivo)
        answers.on_answer(joining.bridge)
        inbox.on("telesign", apply=hearing.apply)
        commands.on(answering.decide)
        lists.plan(catch_up.PLAN)
