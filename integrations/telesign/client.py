"""Dialling through TeleSign (telesign_voice.txt, FACTS 3): one request, and what comes of it is told by events.

The number shown must be leased from TeleSign. The page prints no bodies, so the HTTP status decides and its
printed strings are looked for wherever they may stand (FACTS 6.3-2).
"""

import re

from django.conf import settings

from integrations import credentials, http
from integrations.contracts import CallReport, Check, PlacedCall
from integrations.errors import Misconfigured, Rejected, Uncertain, VendorError
from integrations.telesign.words import ACCEPTED, GENERIC, REFUSALS, reference_in, refusal_in, said

PATH = "/v2/voice"
LONGEST_CALL = 14_400  # seconds, four hours: TeleSign's own limit and default, sent as text (FACTS 6.3-5)
_ADDRESS = {
    403: "TeleSign does not let this account do that.",
    404: "TeleSign finds nothing at this address: check it.",
    405: "TeleSign does not take calls at this address: check it.",
}
NO_CALLER_ID = "TeleSign needs a leased number as caller id: an admin enters it in the connection."


class Client:
    """One TeleSign account. HTTP Basic: customer id and API key."""

    def __init__(self, connection):
        base_url, customer_id, api_key = credentials.read(connection, "base_url", "customer_id", "api_key")
        self._caller_ids = connection.caller_ids
        self._door = credentials.door(connection, base_url, auth=(customer_id, api_key))

    def place(self, call):
        """Dial: an OutboundCall in, a PlacedCall out. Never repeated by itself: a repeat rings a person twice.

        202 with a `reference_id`: accepted, which is not answered whatever the page says (FACTS 6.3-1). Raises
        Rejected in a sentence for each printed 400, Misconfigured for 401 and a wrong address, and the door's
        errors. Uncertain also for an acceptance without `reference_id`: an event that names the number settles it.
        """
        to, caller_id = digits(call.end_user_number), digits(call.outbound_number or self._first_caller_id())
        if not to:
            raise Rejected("TeleSign dials numbers, no tickets: say the number.", param="to")
        if not caller_id:
            raise Rejected(NO_CALLER_ID, param="caller_id_number")
        body = request("dial", {"to": to, "caller_id_number": caller_id, "max_call_duration": str(LONGEST_CALL)})
        answer = self._door.request("POST", PATH, json=body, deadline=settings.PLACE_DEADLINE, fresh=True)
        _refuse_unless_accepted(answer)
        return _placed(answer, caller_id)

    def _first_caller_id(self):
        return self._caller_ids[0] if self._caller_ids else ""

    def check(self):
        """The test button, as a Check: a dial that names nobody. TeleSign has no request that only looks.

        It must be refused with `to_number_not_provided`, which it says to nobody whose key is wrong.
        """
        caller_id = digits(self._first_caller_id())
        params = {"caller_id_number": caller_id} if caller_id else {}
        try:
            answer = self._door.request("POST", PATH, json=request("dial", params))
            return _checked(answer, caller_id)
        except VendorError as error:
            return Check(False, error.sentence, error.words)


def request(method, params):
    """An action as TeleSign wants it (FACTS 3, request): JSON-RPC with both optional members."""
    return {"jsonrpc": "2.0", "method": method, "params": params, "id": "1"}


def digits(number):
    """A number as TeleSign writes it: country code and digits, no plus."""
    return re.sub(r"[^0-9]", "", number or "")


def _refuse_unless_accepted(answer):
    """Raise for anything but an acceptance, also for a refusal that comes with a good status."""
    if answer.status in _ADDRESS:
        raise Misconfigured(_ADDRESS[answer.status], **http.facts(answer))
    word = refusal_in(answer.body)
    if answer.status >= 300 or word:
        refusal = REFUSALS.get(word, GENERIC)
        raise Rejected(refusal.sentence, param=refusal.param, **http.facts(answer))
    if not isinstance(answer.body, dict):
        raise http.unexpected(answer)


def _placed(answer, caller_id):
    reference_id = reference_in(answer.body)
    if not reference_id:
        raise Uncertain("TeleSign took the call and gave it no id.", **http.facts(answer))
    word = ACCEPTED if ACCEPTED in said(answer.body) else next(iter(said(answer.body)), ACCEPTED)
    report = CallReport(vendor_id=reference_id, status=word, outbound_number=f"+{caller_id}", raw=answer.body)
    return PlacedCall(
        reference_id, report, answer.status, request_id=answer.request_id, outbound_number=report.outbound_number
    )


def _checked(answer, caller_id):
    """What a dial without a number was answered."""
    if answer.status in _ADDRESS:
        raise Misconfigured(_ADDRESS[answer.status], **http.facts(answer))
    word = refusal_in(answer.body)
    if word == "caller_id_number_not_owned":
        raise Misconfigured(f"TeleSign accepts the key, but does not lease +{caller_id} to you.", **http.facts(answer))
    if not word:
        raise http.unexpected(answer)
    missing = "" if caller_id else " No call can be placed yet: enter a leased number as caller id."
    how = "It was asked to dial without a number, which it refuses, so nobody was called."
    return Check(True, f"TeleSign answered and accepts the key. {how}{missing}")
