"""Plivo's Call API as far as we use it: make a call, its record, the lists of ended and of live ones (FACTS 2).

The agent's phone is rung first and the customer's only once the agent has picked up: nobody we call must
pick up and wait in silence for an agent.
"""

import re
from urllib.parse import quote

from django.conf import settings

from integrations import credentials, http, options, reading
from integrations.contracts import CallReport, PlacedCall
from integrations.errors import Misconfigured, Rejected
from integrations.plivo import addresses, bridge, records
from integrations.plivo.grammar import CALL_UUID, call_uuid

AGENT_RINGS = 20  # seconds: most mailboxes pick up after 20 to 30, and a mailbox must not be joined with a customer
PER_PAGE = 20  # the most a page of the list holds
FIRED = "queued"  # our word for "call fired": it has no CallStatus yet


class Calls:
    """The calls of one account, through its Door."""

    def __init__(self, connection, door, auth_id):
        self._connection, self._door = connection, door
        self._path = f"/v1/Account/{quote(auth_id)}/Call/"

    def place(self, call):
        """Ring the agent's phone for an OutboundCall: a PlacedCall. Never repeated: a repeat rings a person twice.

        Raises Rejected for what cannot be dialled or what Plivo refuses (400, 403), Misconfigured for 404 and
        405, and the door's errors; Uncertain means that the agent's phone may ring.
        """
        body = self.body(call)
        answer = self._door.request("POST", self._path, json=body, deadline=settings.PLACE_DEADLINE, fresh=True)
        if answer.status >= 300:
            _refuse(answer)
        uuid = _request_uuid(answer.body)
        if not uuid:
            raise http.unexpected(answer)
        report = CallReport(uuid, FIRED, raw=reading.mapping(answer.body))
        return PlacedCall(uuid, report, answer.status, answer.request_id, outbound_number=body["from"])

    def body(self, call):
        """The JSON of `make a call`. Raises Rejected, naming the field, for what would go wrong."""
        caller_id = call.outbound_number or next(iter(self._connection.caller_ids), "")
        _check(call, caller_id)
        if not addresses.is_reachable_from(credentials.read(self._connection, "api_base_url")[0]):
            raise Rejected(addresses.NOT_REACHABLE)
        ways = {f"{which}_url": addresses.of_call(call.reference, which) for which in _OUR_WAYS}
        methods = {f"{which}_method": "POST" for which in _OUR_WAYS}
        limits = {"time_limit": bridge.LONGEST_CALL, "ring_timeout": AGENT_RINGS}
        no_machine = options.of(self._connection)["hang_up_on_machine"]
        wary = {"machine_detection": "hangup"} if no_machine else {}
        return {"from": caller_id, "to": call.agent_number, **ways, **methods, **limits, **wary}

    def record(self, uuid):
        """The LegReport of an ended leg; None while Plivo has no record of it."""
        answer = self._door.request("GET", self._one(uuid))
        if answer.status == 404:
            return None
        return _read(_body(answer), lambda row: records.record(row, self._connection.time_zone), answer)

    def ended(self, **filters):
        """The LegReports of ended legs that fit the list's own filters (to_number, parent_call_uuid, …), newest first.

        One page: whoever asks knows the call it is about. Rows that are no records are left out.
        """
        answer = self._door.request("GET", self._path, params={"limit": PER_PAGE, **filters})
        rows = _body(answer).get("objects")
        return _each(rows, lambda row: records.record(row, self._connection.time_zone))

    def going_on(self):
        """The ids of all calls that are live or waiting at Plivo."""
        found = []
        for status in ("live", "queued"):
            body = _body(self._door.request("GET", self._path, params={"status": status}))
            found += [uuid for uuid in map(call_uuid, _texts(body.get("calls"))) if uuid]
        return list(dict.fromkeys(found))

    def live(self, uuid):
        """The LegReport of a call that is going on; None when it is not (any more)."""
        answer = self._door.request("GET", self._one(uuid), params={"status": "live"})
        return None if answer.status == 404 else _read(_body(answer), records.live, answer)

    def _one(self, uuid):
        if not CALL_UUID.fullmatch(uuid):
            raise Rejected("This is not a Plivo call id.", param="call_uuid")
        return f"{self._path}{quote(uuid)}/"


_OUR_WAYS = (addresses.ANSWER, addresses.RING, addresses.HANGUP, addresses.FALLBACK)


def _check(call, caller_id):
    if not call.end_user_number:
        raise Rejected("Plivo dials numbers: a ticket alone is not enough.", param="to")
    if not call.agent_number:
        raise Rejected("Plivo rings your own phone first: add it in your profile.", param="from")
    if not caller_id:
        raise Rejected("Plivo needs a caller id: an admin adds one to the connection.", param="outbound_number")
    if call.agent_number == call.end_user_number:
        raise Rejected("This is your own phone.", param="to")
    if caller_id in (call.agent_number, call.end_user_number):  # the official package refuses it as well
        raise Rejected("A phone cannot be called from its own number: choose another caller id.", param="from")


def _request_uuid(body):
    """`request_uuid` of the answer: a text, or a list of one where several were dialled (FACTS 2)."""
    value = reading.mapping(body).get("request_uuid")
    return call_uuid(value[0] if isinstance(value, list) and value else value)


_BARRED = "The Plivo account may not call this country: an admin allows it at Plivo."
# No list of the texts is public; these are the words such texts use. The particular ones stand first.
_WHY = (
    (r"credit|balance|fund", "The Plivo account has no credit left: tell an admin."),
    (r"geo|permission|country|barred", _BARRED),
    (r"answer_url|_url\b", "Plivo does not take our address: PUBLIC_URL must be reachable from outside."),
    (r"^from\b|\bfrom (param|number|field|is)|caller.?id|src", "Plivo does not take this caller id."),
    (
        r"^to\b|\bto (param|number|field|is)|destination|dst",
        "Plivo cannot dial your phone as it is written in your profile.",
    ),
)


def _refuse(answer):
    """Raise what a 4xx to `make a call` means. 403 is about one destination, so it stops only this call."""
    if answer.status in (404, 405):
        raise Misconfigured("Plivo takes no calls at this address: check address and auth id.", **http.facts(answer))
    said = http.words(answer).lower()
    ours = next((sentence for pattern, sentence in _WHY if re.search(pattern, said)), "Plivo refused the call.")
    raise Rejected(_BARRED if answer.status == 403 else ours, **http.facts(answer))


def _body(answer):
    """The object of a good answer to a GET. Raises Misconfigured where the account or address is at fault, Rejected
    for another 4xx, Uncertain for another form."""
    if answer.status in (403, 404, 405):
        raise Misconfigured("Plivo did not show the calls of this account.", **http.facts(answer))
    if answer.status >= 300:
        raise Rejected("Plivo did not show the calls.", **http.facts(answer))
    if not isinstance(answer.body, dict):
        raise http.unexpected(answer)
    return answer.body


def _read(row, read, answer):
    try:
        return read(row)
    except ValueError as error:
        raise http.unexpected(answer) from error


def _each(rows, read):
    found = []
    for row in rows if isinstance(rows, list) else []:
        try:
            found.append(read(row))
        except ValueError:
            continue
    return found


def _texts(value):
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
