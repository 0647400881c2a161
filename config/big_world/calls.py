"""Writes calls with what was reported about them, and the calls that were promised in them."""

import random
from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from calls.choices import LIVE, CallbackOrigin, CallbackState, CallStatus, CarrierLink, EventSource, Kind, Provider
from calls.models import Call, Callback, CallbackEvent, CallEvent
from config.big_world import cast as words
from config.big_world.people import moment
from customers.models import DoNotCall, PhoneNumber
from feedback.choices import HUMAN_REACHED, Outcome

WRAP_UP_SECONDS = 300
# The vendors' words for the ways a call ends, by provider where they differ.
CCAI_WORDS = {
    CallStatus.COMPLETED: "finished",
    CallStatus.DEFLECTED: "deflected",
    CallStatus.VOICEMAIL: "voicemail_read",
    CallStatus.IN_PROGRESS: "connected",
    CallStatus.RINGING: "connecting",
    CallStatus.REFUSED: "",
}
TELESIGN_WORDS = {CallStatus.COMPLETED: "call_completed", CallStatus.NO_ANSWER: "call_unanswered"}
HANGUPS = {
    CallStatus.COMPLETED: ("4000", "Normal Hangup", "Callee"),
    CallStatus.NO_ANSWER: ("3000", "No Answer", "Carrier"),
    CallStatus.BUSY: ("3010", "Busy Line", "Callee"),
    CallStatus.FAILED: ("5010", "Unallocated Number", "Carrier"),
    CallStatus.CANCELLED: ("6010", "Cancelled", "API Request"),
}
REFUSED_WHY = "CCAI did not take the call: the agent was on another one."

_CALL = (
    "id", "uuid", "intent", "provider", "connection_id", "kind", "agent_id", "asked_by_id", "customer_id",
    "location_id", "number_id", "lang", "parent_id", "status", "vendor_id", "vendor_status", "fail_reason",
    "disconnected_by", "why", "created_at", "asked_at", "assigned_at", "connected_at", "ended_at", "wait_seconds",
    "talk_seconds", "hold_seconds", "last_report_at", "verified_customer", "bad_actor", "repeat_customer",
    "carrier_uuid", "carrier_link", "hangup_code", "hangup_cause", "hangup_source", "topic", "resolved",
    "wrap_up_due_at", "timed_out_at",
)  # fmt: skip
_EVENT = ("id", "call_id", "source", "dedupe", "word", "status", "fail_reason", "at", "received_at", "actor_id")
_CALLBACK = (
    "id", "origin", "state", "customer_id", "number_id", "location_id", "from_call_id", "promised_at", "zone",
    "owner_id", "reason", "made_by_id", "made_at", "done_at", "why",
)  # fmt: skip
_CALLBACK_EVENT = ("id", "callback_id", "at", "word", "promised_at", "by_id")
_DO_NOT_CALL = ("id", "number_id", "at", "by_id", "why")
_TAUGHT = ("last_dialled_at", "reached_at", "right_party_at", "wrong_party_at", "disconnected_at")


class Calls:
    """The tables of calls. Feed it the Tolds in their order, some ten thousand at a time."""

    def __init__(self, plan, cast, store):
        self.plan, self.cast, self.store = plan, cast, store
        self.end = int(plan.until.timestamp())
        self.first = store.keys(Call, plan.calls)
        # With the key in it, so that a second world beside the first has other ids.
        self.dice = random.Random(f"rows {plan.seed} {self.first}")  # noqa: S311  (a story, not a secret)
        self.taught = defaultdict(dict)  # column → {customer: seconds}
        self.promised, self.blocked = set(), set()

    def write(self, key, told):
        """The Tolds with keys from `key` on."""
        pairs = list(enumerate(told, key))
        self.store.write(Call, _CALL, [self._call(pk, call) for pk, call in pairs])
        self._write_events(pairs)
        self._write_callbacks(pairs)
        for _, call in pairs:
            self._teach(call)
        self._write_do_not_call(pairs)

    def finish(self):
        """What all of them taught about the numbers."""
        rows = []
        for customer in range(self.plan.customers):
            stamps = [self.taught[column].get(customer) for column in _TAUGHT]
            if any(stamps):
                stamps = [None if stamp is None else moment(stamp) for stamp in stamps]
                rows.append((*stamps, self.cast.first_number + customer))
        self.store.change(PhoneNumber, _TAUGHT, rows)

    # --- the call itself ----------------------------------------------------------------------

    def _call(self, pk, call):
        cast, dice, status = self.cast, self.dice, call.status
        is_refused, is_live = status == CallStatus.REFUSED, status in LIVE
        is_elsewhere = call.provider == Provider.ELSEWHERE
        agent = None if call.agent is None else cast.agent_keys[call.agent]
        customer = call.customer
        began, ended = moment(call.at), None if is_live else moment(call.ended)
        carrier = self._carrier(call)
        due = self._due(call, ended)
        return (
            pk, UUID(int=dice.getrandbits(128), version=4), f"world-{pk}", call.provider,
            cast.vendors.get(call.provider), call.kind, agent, agent if is_elsewhere else None,
            None if customer is None else cast.first_customer + customer,
            None if call.place is None else cast.place_keys[call.place],
            None if customer is None else cast.first_number + customer, "en",
            None if call.parent is None else self.first + call.parent, status,
            None if is_refused or is_elsewhere else f"w{pk}", self._word(call), call.fail_reason,
            ("end_user" if pk % 3 else "agent") if call.talk else "", REFUSED_WHY if is_refused else "", began,
            None if call.kind == Kind.INCOMING or is_elsewhere else began,
            None if is_refused or agent is None else began,
            moment(call.at + 2 + call.ring) if call.connected else None, ended,
            None if is_refused else call.ring, call.talk if call.connected and not is_live else None, call.hold or None,
            None if is_refused or is_elsewhere else ended, *(call.flag == name or None for name in _FLAGS),
            *carrier, words.TOPICS[pk % len(words.TOPICS)] if is_elsewhere else "", call.resolved,
            due, due if due and due < self.plan.until else None,
        )  # fmt: skip

    def _carrier(self, call):
        """Plivo's id of the call where its report was found, and how the line ended."""
        if not call.carrier:
            return ("", CarrierLink.NONE.value, "", "", "")
        how = CarrierLink.REPORTED if call.provider == Provider.PLIVO else CarrierLink.MATCHED
        return (call.carrier, how.value, *HANGUPS[call.status])

    def _due(self, call, ended):
        """When the time for a wrap-up that nobody has saved is over, None for all others."""
        is_asked_for = call.agent is not None and call.status not in LIVE and call.status != CallStatus.REFUSED
        return ended + timedelta(seconds=WRAP_UP_SECONDS) if is_asked_for and not call.outcome else None

    def _word(self, call):
        if call.provider == Provider.CCAI:
            if call.status == CallStatus.VOICEMAIL and call.at > self.end - 86_400:
                return "voicemail_received"  # nobody has heard it yet
            return CCAI_WORDS.get(call.status, "failed")
        if call.provider == Provider.TELESIGN:
            return TELESIGN_WORDS.get(call.status, "dial_completed")
        return "" if call.provider == Provider.ELSEWHERE else call.status

    # --- what was reported --------------------------------------------------------------------

    def _write_events(self, pairs):
        """Two a call: that it was begun, and how it ended."""
        key, rows = self.store.keys(CallEvent, 2 * len(pairs)), []
        for pk, call in pairs:
            began, word = moment(call.at), self._word(call) or call.status
            first = "logged" if call.provider == Provider.ELSEWHERE else "placing"
            actor = None if call.agent is None else self.cast.agent_keys[call.agent]
            source = call.provider if call.provider in EventSource.values else EventSource.US.value
            last = moment(min(call.ended, self.end))
            rows.append((key, pk, EventSource.US.value, first, first, "", "", began, began, actor))
            rows.append((key + 1, pk, source, f"{source}:{word}", word, word, call.fail_reason, last, last, None))
            key += 2
        self.store.write(CallEvent, _EVENT, rows)

    # --- what was promised --------------------------------------------------------------------

    def _write_callbacks(self, pairs):
        rows, events = [], []
        wanted = [(pk, call) for pk, call in pairs if call.outcome == Outcome.CALLBACK and call.customer is not None]
        key = self.store.keys(Callback, len(wanted))
        event = self.store.keys(CallbackEvent, len(wanted))
        for n, (pk, call) in enumerate(wanted):
            row = self._callback(key + n, pk, call)
            rows.append(row)
            events.append((event + n, key + n, row[12], "made", row[7], row[11]))
        self.store.write(Callback, _CALLBACK, rows)
        self.store.write(CallbackEvent, _CALLBACK_EVENT, events)

    def _callback(self, key, pk, call):
        dice, agent = self.dice, self.cast.agent_keys[call.agent]
        due = call.ended + dice.randrange(2 * 3600, 3 * 86_400)
        state, done = self._kept(call.customer, due)
        return (
            key, CallbackOrigin.PROMISE.value, state, self.cast.first_customer + call.customer,
            self.cast.first_number + call.customer,
            None if call.place is None else self.cast.place_keys[call.place], pk, moment(due // 900 * 900),
            "" if call.place is None else self.cast.places[call.place].zone, agent if dice.random() < 0.6 else None,
            Outcome.CALLBACK.label, agent, moment(call.ended + call.took), done,
            "Replaced by a later promise." if state == CallbackState.CANCELLED else "",
        )  # fmt: skip

    def _kept(self, customer, due):
        """(state, when they were rung): most promises are kept, some late; a number waits for one call at most."""
        done = due + int(self.dice.gauss(0, 1800))
        if done < self.end and self.dice.random() < 0.998:
            is_kept = self.dice.random() < 0.93
            return (CallbackState.DONE.value, moment(done)) if is_kept else (CallbackState.CANCELLED.value, None)
        if customer in self.promised:
            return CallbackState.CANCELLED.value, None
        self.promised.add(customer)
        return CallbackState.OPEN.value, None

    # --- what it taught -----------------------------------------------------------------------

    def _teach(self, call):
        if call.customer is None or call.status == CallStatus.REFUSED:
            return
        taught, ended = self.taught, call.ended
        taught["last_dialled_at"][call.customer] = call.at
        if call.outcome in HUMAN_REACHED:
            taught["reached_at"][call.customer] = ended
        if call.right_party is not None:
            taught["right_party_at" if call.right_party else "wrong_party_at"][call.customer] = ended
        if call.outcome == Outcome.DISCONNECTED_NUMBER:
            taught["disconnected_at"][call.customer] = ended

    def _write_do_not_call(self, pairs):
        rows = []
        for pk, call in pairs:
            if call.outcome == Outcome.DO_NOT_CALL and call.customer is not None and call.customer not in self.blocked:
                self.blocked.add(call.customer)
                number, by = self.cast.first_number + call.customer, self.cast.agent_keys[call.agent]
                at = moment(call.ended + call.took)
                rows.append((self.store.keys(DoNotCall, 1), number, at, by, f"Asked for on call {pk}"))
        self.store.write(DoNotCall, _DO_NOT_CALL, rows)


_FLAGS = ("verified_customer", "bad_actor", "repeat_customer")
