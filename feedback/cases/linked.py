"""Which case a call is about. Apart from the deeds, because the wrap-up's form asks it too."""

from django.db.models import Q

from feedback.models import Case, CaseCall


def link(call, case):
    """This call is about this case; one that is about another already stays so."""
    return CaseCall.objects.get_or_create(call=call, defaults={"case": case})[0]


def of_call(call):
    """The Case a call is about: the one it was made for, else one of the agent's own that its customer waits in."""
    made_for = CaseCall.objects.filter(call=call).select_related("case__customer", "case__owner").first()
    if made_for:
        return made_for.case
    if call.agent_id is None:
        return None
    mine = waiting(call).filter(owner=call.agent_id).select_related("customer", "owner")
    return mine.order_by("queue_at", "pk").first()


def waiting(call):
    """Open cases of whom a call was with, opened before it."""
    whom = Q(customer=call.customer_id) if call.customer_id else Q(pk__in=())
    if call.number_id:
        whom |= Q(customer=None, number=call.number_id)
    return Case.objects.open().filter(whom, opened_at__lte=began(call))


def began(call):
    """When somebody could talk: the moment it was answered, else when it was placed."""
    return call.connected_at or call.created_at
