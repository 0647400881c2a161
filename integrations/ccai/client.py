"""CCAI's two APIs, as far as we use them: place, flags, and the Manager lists (ccai_calls.txt, FACTS 1).

Every request first takes a token of the tenant's 10 a second, which everybody shares, and waits for its turn
a moment: a person's dial longest, while the lists leave some tokens to dials and flags.
"""

import re
import time

from django.conf import settings

from integrations import credentials, http, rates, reading
from integrations.ccai import reports
from integrations.ccai.refusals import GENERIC, refusal
from integrations.contracts import Check, Delivered, PlacedCall
from integrations.errors import Misconfigured, Rejected, VendorError

APPS, MANAGER = "/apps/api/v1", "/manager/api/v1"
CALL_TYPE = "Voice Outbound (API)"  # its older name "OutboundCall" is deprecated
PER_PAGE = 100  # larger values are cut to this
TURN = 1  # seconds a request waits for a token of ours; one grows back in a sixth of that
DIAL_TURN = 2  # a person waits for it and would have to press again
MOST_AGENT_PAGES = 20  # 2,000 agents; a list that never ends must end here
_WHERE = "CCAI finds nothing at this address: check the subdomain."


class Client:
    """One tenant. HTTP Basic: subdomain and token."""

    def __init__(self, connection):
        base_url, subdomain, token = credentials.read(connection, "base_url", "subdomain", "token")
        self._connection = connection
        self._door = credentials.door(connection, base_url, auth=(subdomain, token))

    def place(self, call):
        """Dial: an OutboundCall in, a PlacedCall out. Never repeated by itself: a repeat rings a person twice.

        201, or any 2xx with an id: created. 200 with an echo or 202 without a body: accepted, and the
        agent must act in the adapter (`vendor_id` ""). Raises Rejected in a sentence for every printed
        400, Misconfigured for 404, and the door's errors; Uncertain means that it may have rung.
        """
        body, began = outbound_body(call), time.monotonic()
        rates.take(self._connection, patience=DIAL_TURN)
        left = settings.PLACE_DEADLINE - (time.monotonic() - began)  # the promised seconds are from the press on
        answer = self._door.request("POST", f"{APPS}/calls", json=body, deadline=left, fresh=True)
        return self._placed(answer) if answer.status < 300 else _refuse(answer)

    def _placed(self, answer):
        row = reports.one(answer.body)
        told = {"status": answer.status, "request_id": answer.request_id}
        if reports.vendor_id(row):
            report = reports.call_report(row, self._connection.time_zone)
            return PlacedCall(report.vendor_id, report, outbound_number=report.outbound_number, **told)
        if needs_agent(answer):
            said = reading.text(row.get("message"), 2000)
            return PlacedCall("", None, words=said, outbound_number=_number(row.get("outbound_number")), **told)
        raise http.unexpected(answer)

    def flags(self, call_id):
        """The reserved data properties of a call by name: True, False or None where CCAI shows nothing."""
        answer = self._request("GET", _flags_path(call_id))
        if answer.status >= 300:
            _refuse_flags(answer)
        if not reports.one(answer.body):
            raise http.unexpected(answer)
        return reports.flags(answer.body)

    def set_flags(self, wish):
        """Tell CCAI a CustomerFlags, look whether it took them, and say so: Delivered.

        PATCH prints `repeat_customers`, GET `repeat_customer`: where the first changes nothing the
        second is sent once, and `learned` remembers it. Raises Rejected "call ended" after hangup.
        """
        wanted = {name: getattr(wish, name) for name in reports.FLAGS if getattr(wish, name) is not None}
        if not wanted:
            raise Rejected("No flag to set.")
        key = self._connection.learned.get("repeat_key", "repeat_customers")
        answer = self._patch(wish.call_id, wanted, key)
        shown = self._look(wish.call_id)
        learned = {}
        if shown and shown["repeat_customer"] != wanted.get("repeat_customer", shown["repeat_customer"]):
            answer, shown, learned = self._other_key(wish.call_id, wanted, key, answer, shown)
        return Delivered(
            status=answer.status,
            note=_compared(wanted, shown),
            request_id=answer.request_id,
            duration_ms=answer.duration_ms,
            learned=learned,
        )

    def _patch(self, call_id, wanted, repeat_key):
        body = {repeat_key if name == "repeat_customer" else name: value for name, value in wanted.items()}
        answer = self._request("PATCH", _flags_path(call_id), json=body)
        if answer.status >= 300:
            _refuse_flags(answer)
        if answer.text.lstrip().startswith("<"):  # a maintenance page; else any 2xx, also an empty one, is success
            raise http.unexpected(answer)
        return answer

    def _other_key(self, call_id, wanted, key, answer, shown):
        other = "repeat_customer" if key == "repeat_customers" else "repeat_customers"
        try:
            again = self._patch(call_id, {"repeat_customer": wanted["repeat_customer"]}, other)
        except VendorError:
            return answer, shown, {}  # the first one stands, and its note says what is missing
        seen = self._look(call_id)
        took = bool(seen) and seen["repeat_customer"] == wanted["repeat_customer"]
        return again, seen or shown, {"repeat_key": other} if took else {}

    def _look(self, call_id):
        """The flags as CCAI shows them; None when it cannot be asked just now. The PATCH was accepted anyway."""
        try:
            return self.flags(call_id)
        except VendorError:
            return None

    def calls_since(self, stamp, page=1):
        """A page of the calls changed since `stamp` (the vendor's text, inclusive), oldest change first.

        Gives (CallReports, whether there is a next page). Rows that are no calls are set aside.
        """
        params = {
            "updated_at[from]": stamp,
            "sort_column": "updated_at",
            "sort_direction": "ASC",
            "page": page,
            "per": PER_PAGE,
        }
        answer = self._list("calls", params)
        zone = self._connection.time_zone
        return reports.each(answer.body, lambda row: reports.call_report(row, zone)), has_more(answer)

    def agents(self):
        """Everybody who takes calls at this tenant, as AgentReports."""
        found = []
        for page in range(1, MOST_AGENT_PAGES + 1):
            answer = self._list("agents", {"page": page, "per": PER_PAGE})
            found += reports.each(answer.body, reports.agent_report)
            if not has_more(answer):
                break
        return found

    def _list(self, name, params):
        answer = self._request("GET", f"{MANAGER}/{name}", reserve=rates.RESERVE, params=params)
        if answer.status >= 300:
            _refuse(answer)
        if not isinstance(answer.body, list):
            raise http.unexpected(answer)
        return answer

    def check(self):
        """One harmless request: the organization's settings, as a Check."""
        try:
            answer = self._request("GET", f"{MANAGER}/settings/organization")
            if answer.status >= 300:
                _refuse(answer)
            if not isinstance(answer.body, (dict, list)):
                raise http.unexpected(answer)
        except VendorError as error:
            return Check(False, error.sentence, error.words)
        return Check(True, "CCAI answered and accepts the token.")

    def _request(self, method, path, reserve=0, **what):
        rates.take(self._connection, reserve=reserve, patience=TURN)
        return self._door.request(method, path, **what)


def outbound_body(call):
    """The documented keys of an outbound call, in its table's words; empty optional ones are left out.

    Raises Rejected when neither a number nor a ticket is there. With both, CCAI dials the ticket's.
    """
    if not (call.ticket_id or call.end_user_number):
        raise Rejected("A call needs a number or a ticket id.", param="end_user_number")
    optional = {
        "ticket_id": str(call.ticket_id),
        "end_user_number": _number(call.end_user_number),
        "outbound_number": _number(call.outbound_number),
        "lang": call.lang,
    }
    return {
        "call_type": CALL_TYPE,
        "agent_email": call.agent_email,
        **{key: value for key, value in optional.items() if value},
    }


def needs_agent(answer):
    """200 with an echo of the request, or 202 without a body: the page prints one case in both ways."""
    echoed = isinstance(answer.body, dict)
    return (answer.status in (200, 202) and echoed) or (answer.status == 202 and not answer.text.strip())


def has_more(answer):
    """Whether the Link header (RFC 5988) names a next page; without one, whether this page was full."""
    link = answer.headers.get("link")
    if link is None:
        return len(answer.body) >= PER_PAGE
    return re.search(r'rel="?next"?', link) is not None


def _number(text):
    """`+digits` from any spelling ("+1 760-867-5309"); "" from none."""
    digits = re.sub(r"[^0-9]", "", text) if isinstance(text, str) else ""
    return f"+{digits}" if digits else ""


def _flags_path(call_id):
    """The page wants an integer; a word from elsewhere must not become another path."""
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", str(call_id)):
        raise Rejected("This call has no id that CCAI could know.", param="call_id")
    return f"{APPS}/calls/{call_id}/customer_flag"


def _refuse(answer):
    """Raise what a 4xx means: a wrong address or right, else a refusal in a sentence."""
    if answer.status == 404:
        raise Misconfigured(_WHERE, **http.facts(answer))
    if answer.status == 403:
        raise Misconfigured("CCAI does not let this token do that.", **http.facts(answer))
    found = refusal(http.words(answer))
    raise Rejected(found.sentence, param=found.param, **http.facts(answer))


def _refuse_flags(answer):
    """As `_refuse`, but 404 is about one call: it must not stop the whole connection."""
    if answer.status == 404:
        raise Rejected("CCAI does not know this call (or the subdomain is wrong).", **http.facts(answer))
    found = refusal(http.words(answer))
    if found is GENERIC and answer.status != 403:
        raise Rejected("CCAI refused the flags.", **http.facts(answer))
    _refuse(answer)


def _compared(wanted, shown):
    """A note where CCAI shows something else than was asked; "" where all is as wished."""
    if shown is None:
        return "Accepted; CCAI could not be asked whether it shows the flags."
    missed = [name.replace("_", " ") for name, value in wanted.items() if shown[name] != value]
    return f"Accepted, but CCAI does not show the change of: {', '.join(missed)}." if missed else ""
