"""Small words about calls for templates. A builtin of every template."""

from django import template
from django.utils import timezone

from calls import whom
from calls.choices import Provider
from calls.status import table_of
from customers import phones
from integrations.choices import DeliveryState
from integrations.plivo import causes

register = template.Library()


@register.filter
def phone(e164):
    """A number as people write it: “+1 212-555-0142”. Anything else comes back as it is."""
    return phones.display(e164) if e164 else ""


@register.filter
def who(call):
    """Whom a call is with, as far as known: the customer, the number, the ticket."""
    name = call.customer.name if call.customer_id else ""
    return whom.words(name, call.number.e164 if call.number_id and not name else "", call.ticket_id)


@register.filter
def state_words(call):
    """The call's state in a person's words, with how long there has been no news when that matters."""
    says = table_of(call.provider).says
    words = says.get(call.vendor_status if call.state.is_live else call.fail_reason) or call.get_status_display()
    if call.state.is_live and call.last_report_at and (timezone.now() - call.last_report_at).total_seconds() > 60:
        return f"{words} (no news since {timezone.localtime(call.last_report_at):%H:%M})"
    return words


@register.filter
def hangup_means(ended):
    """What the end of a call, or of one side of it, means for people; the bare code where nobody listed it."""
    code = getattr(ended, "hangup_code", "") or getattr(ended, "cause_code", "")
    name = getattr(ended, "hangup_cause", "") or getattr(ended, "cause", "")
    return causes.means(code, name) or (f"Code {code}" if code else "")


@register.filter
def is_elsewhere(call):
    """Whether no vendor of ours carried it."""
    return call.provider == Provider.ELSEWHERE


@register.filter
def panel_tone(call):
    """The panel's class: live, uncertain, failed or ended."""
    if call.state.is_live:
        return "live"
    return {"uncertain": "uncertain", "refused": "failed", "failed": "failed"}.get(call.status, "ended")


@register.filter
def delivery_tone(delivery):
    return DeliveryState(delivery.state).tone
