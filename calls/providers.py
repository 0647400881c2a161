"""Through whom calls can be placed, and what kinds. What an admin switched off is not offered."""

from calls.choices import Kind, Provider
from calls.models import Call
from integrations.models import Connection

PLACEABLE = {
    (Provider.CCAI, Kind.OUTBOUND),
    (Provider.CCAI, Kind.INCOMING),
    (Provider.CCAI, Kind.SCHEDULED),
    (Provider.PLIVO, Kind.OUTBOUND),
    (Provider.TELESIGN, Kind.OUTBOUND),
}


def offered(kind=Kind.OUTBOUND):
    """[Provider] that place this kind of call and whose connection is on, CCAI first."""
    on = set(Connection.objects.filter(is_on=True).values_list("vendor", flat=True))
    return [provider for provider in Provider if (provider, kind) in PLACEABLE and provider in on]


def chosen_first(user, kind=Kind.OUTBOUND):
    """The Provider a person dialled through last, else the first that is offered; None where nobody is."""
    found = offered(kind)
    return user.default_provider if user.default_provider in found else next(iter(found), None)


def last_caller_id(user, provider):
    """The caller id a person chose last at this provider, E.164; at CCAI the one of their profile. "" = its default."""
    if provider in (None, Provider.CCAI):
        return user.default_caller_id
    calls = Call.objects.filter(agent=user, provider=provider).order_by("-created_at")
    return calls.values_list("outbound_number", flat=True).first() or ""
