"""Whose a call is where the vendor decides that: its agent, its number, its customer, the call it follows.

Nothing is asked of a vendor here: CCAI's agents are looked up in what is kept of them.
"""

from django.core.cache import cache
from django.db.models.functions import Lower

from accounts.models import User
from calls.choices import Kind, Provider
from calls.models import Call
from calls.services import events
from customers import phones
from customers.models import Customer, Location
from integrations.ccai import directory

NUMBER_KEPT = 3600  # seconds from a session event to the list's showing its call; it takes minutes


def changes(call, report, is_latest):
    """{field: value} of a Call that was not dialled for an agent here: who has it, and the number where none is known.

    Whoever is connected has it; until then whoever CCAI names last.
    """
    if not _is_the_vendors(call):
        return {}
    found = {"agent": _agent(call, report, is_latest), "number": _number(call, report)}
    return {name: row for name, row in found.items() if row}


def _is_the_vendors(call):
    return call.provider == Provider.CCAI and (call.kind != Kind.OUTBOUND or call.asked_at is None)


def _agent(call, report, is_latest):
    answers = report.connected_at is not None and call.connected_at is None
    rings = call.connected_at is None and is_latest
    return agent_of(call.connection, report) if answers or rings or call.agent_id is None else None


def agent_of(connection, report):
    """Our User whose CCAI e-mail the report's agent has; None where that is nobody, or several."""
    return people(connection, {report.agent_id}).get(report.agent_id) if report.agent_id else None


def people(connection, agent_ids):
    """{CCAI's id of an agent: our User} of those among them whose e-mail exactly one active person here has."""
    kept = directory.agents_kept(connection)
    emails = {kept[agent_id].email: agent_id for agent_id in agent_ids if agent_id in kept and kept[agent_id].email}
    found = {}
    for user in User.objects.annotate(at_ccai=Lower("ccai_email")).filter(at_ccai__in=emails, is_active=True):
        found.setdefault(emails[user.at_ccai], []).append(user)
    return {agent_id: users[0] for agent_id, users in found.items() if len(users) == 1}


def _number(call, report):
    """CCAI's object tells no number: what it knows the customer by often is one, and its session events say it.

    A call back rings its parent's.
    """
    if call.number_id:
        return None
    e164 = number_of(report.end_user_identifier) or cache.get(_key(call.connection, call.vendor_id))
    return phones.get_number(e164) if e164 else call.parent and call.parent.number


def number_of(text):
    """The E.164 in what CCAI knows a customer by, "" where that is something else."""
    try:
        return phones.parse(text).e164 if text.startswith("+") else ""
    except phones.PhoneProblem:
        return ""


def remember_number(connection, vendor_id, text):
    """A session event told the customer's number of a call, maybe before its list shows the call."""
    e164 = number_of(text)
    if e164:
        cache.set(_key(connection, vendor_id), e164, NUMBER_KEPT)


def _key(connection, vendor_id):
    return f"ccai-number-{connection.pk}-{vendor_id}"


def customer_of(call, report):
    """The one Customer with the contact id the vendor names, else, of a call taken in, with its number; or None."""
    who = call.agent or call.asked_by
    people = Customer.objects.visible_to(who) if who else Customer.objects.all()
    found = report.out_contact_id and _only(people.filter(out_contact_id=report.out_contact_id))
    if not found and call.asked_at is None and call.number_id and _is_the_vendors(call):
        found = _only(people.filter(phone=call.number_id))
    return found or None


def _only(rows):
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def locate(call):
    """A call nobody placed here is where its agent is, if that is one place."""
    if call.location_id or not call.agent_id or call.asked_at or not _is_the_vendors(call):
        return
    location = _only(Location.objects.filter(members=call.agent_id))
    if location:
        call.location = location
        call.save(update_fields=["location"])


def link(call, report):
    """Tell a call and the one it follows of each other, once both are known."""
    if call.parent_id or not report.parent_id:
        return
    parent = Call.objects.filter(connection=call.connection, vendor_id=report.parent_id).exclude(pk=call.pk).first()
    if parent is None:
        return
    call.parent = parent
    call.save(update_fields=["parent"])
    note_child(parent, call)


def note_child(parent, call):
    """What stands on both timelines."""
    events.note(parent, "called_back", f"CCAI went on with call {call.pk}", dedupe=f"called_back:{call.pk}")
    events.note(call, "follows", f"Follows call {parent.pk}", dedupe="follows")
