"""What a Call asks of its vendor, as the contract that the vendor's client takes."""

from calls.choices import Kind
from customers import phones
from integrations.contracts import IncomingCall, OutboundCall, ScheduledCall


def of(call):
    """The OutboundCall, IncomingCall or ScheduledCall of a Call that is about to be placed."""
    return _WISHES[call.kind](call)


def words(call):
    """What is asked, for the timeline: "Asked CCAI to call ticket 71450"."""
    whom = f"ticket {call.ticket_id}" if call.ticket_id else phones.display(call.number.e164)
    both = f" (not {phones.display(call.number.e164)}: a ticket wins there)" if call.ticket_id and call.number else ""
    through = f" through the menu {call.menu_name or call.menu_id}" if call.menu_id else ""
    return f"Asked {call.connection} to call {whom}{both}{through}"


def _outbound(call):
    return OutboundCall(
        agent_email=call.agent.ccai_email,
        end_user_number=_number(call) if not call.ticket_id else "",
        ticket_id=call.ticket_id,
        outbound_number=call.outbound_number,
        lang=call.lang,
        agent_number=call.agent_number,
        reference=call.uuid.hex,
    )


def _incoming(call):
    return IncomingCall(
        menu_id=call.menu_id,
        end_user_number=_number(call),
        ticket_id=call.ticket_id,
        outbound_number=call.outbound_number,
        lang=call.lang,
        recording_permission=call.recording_permission,
    )


def _scheduled(call):
    return ScheduledCall(
        at=call.scheduled_at,
        end_user_number=_number(call),
        menu_id=call.menu_id,
        parent_id=(call.parent.vendor_id or "") if call.parent else "",
        ticket_id=call.ticket_id,
        lang=call.lang,
        recording_permission=call.recording_permission,
    )


_WISHES = {Kind.OUTBOUND: _outbound, Kind.INCOMING: _incoming, Kind.SCHEDULED: _scheduled}


def _number(call):
    return call.number.e164 if call.number else ""
