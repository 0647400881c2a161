from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self):
        """Results travel right by callables; here are ours, and what we want to hear from the left."""
        from accounts import services as accounts
        from calls import services as calls
        from customers import services as customers
        from feedback import keypad, legs, lines, services
        from feedback.explorer import copies
        from feedback.imports import kinds as imports
        from feedback.services import requests
        from feedback.sync import plans
        from feedback.sync.reviews import note_location_gone
        from feedback.tallies import rebuild, triggers
        from feedback.walls import services as walls
        from integrations import outbox, pulse

        for leg in (legs.Leg.PLIVO, legs.Leg.TRESTLE, legs.Leg.CCAI):
            # The chip reads the delivery itself, so there is nothing to write down when it arrives.
            outbox.on(legs.KINDS[leg], delivered=None)
        outbox.on(legs.KINDS[legs.Leg.SURVEY], delivered=requests.delivered, ready=requests.ready)
        calls.on_carrier_link(legs.on_carrier_link)
        calls.on_carrier_link(lines.note)
        calls.on_customer_picked(keypad.name)
        calls.on_keypad_answer(keypad.hear)
        customers.on_response_id(legs.on_response_id)
        customers.on_location_gone(note_location_gone)
        pre_migrate.connect(copies.before_migrating, sender=self, dispatch_uid="explorer")
        post_migrate.connect(copies.after_migrating, sender=self, dispatch_uid="explorer")
        accounts.on_end_access(walls.close_all_of)
        plans.register()
        imports.register_ours()
        pulse.on("wrap-up-time-out", live=services.any_due_soon, tick=services.time_out_due)
        pulse.on("tallies", live=rebuild.stale, tick=rebuild.beat)
        pre_migrate.connect(triggers.before_migrating, sender=self, dispatch_uid="tallies")
        post_migrate.connect(triggers.after_migrating, sender=self, dispatch_uid="tallies")
