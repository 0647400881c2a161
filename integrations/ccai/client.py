"""CCAI's two APIs, as far as we use them: place, flags, do-not-call, and the Manager lists (ccai_calls.txt, FACTS 1).

Every request first takes a token of the tenant's 10 a second, which everybody shares, and waits for its turn
a moment: a person's dial longest, while the lists leave some tokens to dials and flags.
"""

import time

from django.conf import settings

from integrations import credentials, http, options, rates, reading
from integrations.ccai import answers, bodies, do_not_call, flags, reports
from integrations.ccai.answers import APPS, MANAGER, PER_PAGE, has_more, needs_agent
from integrations.contracts import Check, OutboundCall, PlacedCall
from integrations.errors import Rejected, Uncertain, VendorError

TURN = 1  # seconds a request waits for a token of ours; one grows back in a sixth of that
DIAL_TURN = 2  # a person waits for it and would have to press again
MOST_PAGES = 20  # 2,000 agents or menus; a list that never ends must end here


class Client:
    """One tenant. HTTP Basic: subdomain and token.

    paced     whether a request first waits for its turn; False for lists of one who has waited already
    deadline  seconds for each request, where somebody waits (None: the usual, settings.VENDOR_DEADLINE)
    """

    def __init__(self, connection, paced=True, deadline=None):
        base_url, subdomain, token = credentials.read(connection, "base_url", "subdomain", "token")
        self._connection = connection
        self._paced = paced
        self._deadline = deadline
        self._door = credentials.door(connection, base_url, auth=(subdomain, token))

    def place(self, call):
        """Dial: an OutboundCall, IncomingCall or ScheduledCall in, a PlacedCall out. Never repeated by itself.

        201, or any 2xx with an id: created. 200 with an echo or 202 without a body: accepted, and the
        agent must act in the adapter (`vendor_id` ""). Raises Rejected in a sentence for every printed
        400, Misconfigured for 404, and the door's errors; Uncertain means that it may have rung.
        """
        body, began = bodies.of(call), time.monotonic()
        rates.take(self._connection, patience=DIAL_TURN)
        left = settings.PLACE_DEADLINE - (time.monotonic() - began)  # the promised seconds are from the press on
        answer = self._door.request("POST", f"{APPS}/calls", json=body, deadline=left, fresh=True)
        return self._placed(call, answer) if answer.status < 300 else answers.refuse(answer)

    def _placed(self, call, answer):
        row = reports.one(answer.body)
        told = {"status": answer.status, "request_id": answer.request_id}
        if reports.vendor_id(row):
            report = reports.call_report(row, self._connection.time_zone)
            return PlacedCall(report.vendor_id, report, outbound_number=report.outbound_number, **told)
        if not needs_agent(answer):
            raise http.unexpected(answer)
        if not isinstance(call, OutboundCall):  # no agent asked for it, so none has it in the adapter
            raise Uncertain("CCAI took the call and did not say which one it is.", **http.facts(answer))
        said = reading.text(row.get("message"), 2000)
        return PlacedCall("", None, words=said, outbound_number=bodies.number(row.get("outbound_number")), **told)

    def flags(self, call_id):
        """The reserved data properties of a call by name: True, False or None where CCAI shows nothing."""
        return flags.read(self, call_id)

    def set_flags(self, wish):
        """Tell CCAI a CustomerFlags, look whether it took them, and say so: Delivered.

        Raises Rejected "call ended" after hangup; `learned` of the result is the spelling that worked.
        """
        return flags.change(self, wish, self._connection.learned.get("repeat_key", "repeat_customers"))

    def add_do_not_call(self, entries):
        """Put DoNotCallEntries on the tenant's list: [ListedNumber], one each. 200 does not mean that all are on it."""
        return do_not_call.add(self, entries)

    def remove_do_not_call(self, phones):
        """Take numbers (E.164) off the list: [ListedNumber]. Raises Rejected where the option `dnc_remove` is off."""
        self._only_if("dnc_remove", "takes a number off")
        return do_not_call.remove(self, phones)

    def is_on_do_not_call(self, phone):
        """Whether a number is on the list; None: CCAI does not say. Raises Rejected where `dnc_check` is off."""
        self._only_if("dnc_check", "lets us look at")
        return do_not_call.check(self, phone)

    def _only_if(self, option, does):
        if not options.of(self._connection)[option]:
            raise Rejected(do_not_call.NOT_CONFIRMED.format(does=does), param=option)

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
        return reports.each(answer.body, lambda row: reports.call_report(row, zone)), has_more(answer, PER_PAGE)

    def agents(self):
        """Everybody who takes calls at this tenant, as AgentReports."""
        return reports.each(self._pages("agents"), reports.agent_report)

    def menus(self):
        """The tenant's menus as MenuReports, each with its parents' names; from the tree where a parent is missing."""
        found = reports.each(self._pages("menus"), reports.menu_report)
        known = {menu.vendor_id for menu in found}
        if any(menu.parent_id and menu.parent_id not in known for menu in found):
            tree = reports.each(reports.flat(self._list("menus/tree", {}).body), reports.menu_report)
            found += [menu for menu in tree if menu.vendor_id not in known]
        return reports.with_paths(found)

    def _pages(self, name):
        """The rows of a list of at most MOST_PAGES pages."""
        for page in range(1, MOST_PAGES + 1):
            answer = self._list(name, {"page": page, "per": PER_PAGE})
            yield from answer.body
            if not has_more(answer, PER_PAGE):
                return

    def _list(self, name, params):
        answer = self.request("GET", f"{MANAGER}/{name}", reserve=rates.RESERVE, params=params)
        if answer.status >= 300:
            answers.refuse(answer)
        if not isinstance(answer.body, list):
            raise http.unexpected(answer)
        return answer

    def check(self):
        """One harmless request: the organization's settings, as a Check."""
        try:
            answer = self.request("GET", f"{MANAGER}/settings/organization")
            if answer.status >= 300:
                answers.refuse(answer)
            if not isinstance(answer.body, (dict, list)):
                raise http.unexpected(answer)
        except VendorError as error:
            return Check(False, error.sentence, error.words)
        return Check(True, "CCAI answered and accepts the token.")

    def request(self, method, path, reserve=0, patience=TURN, **what):
        """One exchange in turn: an Answer. For the parts of this client beside this file."""
        if self._paced:
            rates.take(self._connection, reserve=reserve, patience=min(patience, self._deadline or patience))
        return self._door.request(method, path, deadline=self._deadline, **what)
