from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self):
        """What we want to hear of deliveries about our rows, and what we read at FeedbackAPI."""
        from customers import services
        from customers.imports import customer_kind
        from customers.services import do_not_call, vendor_users
        from customers.sync import on_linking, plans
        from integrations import outbox
        from integrations.feedbackapi import delivery

        for desk in services.DESKS.values():
            for kind in desk.kinds:
                outbox.on(kind, delivered=services.heard)
        outbox.on(do_not_call.DO_NOT_CALL, delivered=do_not_call.heard_of_ccai, ready=do_not_call.still_wished)
        outbox.on(delivery.USER_INVITE, delivered=vendor_users.on_invited, ready=vendor_users.ready_to_invite)
        outbox.on(delivery.USER_DELETE, delivered=vendor_users.on_deleted)
        on_linking(services.linked)
        plans.register()
        customer_kind.register()
