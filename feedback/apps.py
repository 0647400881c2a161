from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self):
        """Results travel right by callables; here are ours, and what we want to hear from the left."""
        from calls import services as calls
        from customers import services as customers
        from feedback import legs, services
        from integrations import outbox, pulse

        for leg in (legs.Leg.PLIVO, legs.Leg.TRESTLE, legs.Leg.CCAI):
            # The chip reads the delivery itself, so there is nothing to write down when it arrives.
            outbox.on(legs.KINDS[leg], delivered=None)
        calls.on_carrier_link(legs.on_carrier_link)
        customers.on_response_id(legs.on_response_id)
        pulse.on("wrap-up-time-out", live=services.any_due_soon, tick=services.time_out_due)
