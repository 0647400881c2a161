"""Writes how each call was wrapped up and where that went: four legs, each a delivery or the reason why there is none.

A delivery's attempts are written where somebody will look: of what needs a person or waits, and of each twentieth
that was delivered.
"""

import random
from datetime import timedelta

import orjson

from calls.choices import Provider
from config.big_world import cast as words
from config.big_world.people import moment
from feedback import legs, proposals
from feedback.choices import Leg, Outcome
from feedback.models import Rating, RatingLeg, RatingRevision
from feedback.services.surveys import NOT_WANTED
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.models import Attempt, Delivery

PARKED, WAITS = 0.003, 0.0005  # shares of what is due
WAITS_AT_MOST = 2 * 86_400  # seconds
REFUSALS = {  # status, the vendor's words, our sentence
    Leg.PLIVO: (404, '{"error": "call not found"}', "Plivo does not know this call id."),
    Leg.TRESTLE: (400, '{"error": "bad_request"}', "Trestle refused the response id."),
    Leg.CCAI: (404, '{"message": "not found"}', "CCAI does not know this call."),
    Leg.SURVEY: (422, '{"message": "template"}', "FeedbackAPI does not know this template."),
}
_DONE = {Leg.PLIVO: 201, Leg.TRESTLE: 200, Leg.CCAI: 200, Leg.SURVEY: 200}

_RATING = (
    "id", "call_id", "outcome", "right_party", "quality", "issues", "notes", "flags", "feedback_request",
    "saved_by_id", "saved_at", "first_saved_at", "after_call_seconds",
)  # fmt: skip
_REVISION = ("id", "rating_id", "number", "data", "by_id", "at")
_DELIVERY = (
    "id", "kind", "key", "connection_id", "payload", "state", "reason", "not_before", "attempt_count", "vendor_ref",
    "created_at", "done_at",
)  # fmt: skip
_LEG = ("id", "rating_id", "revision", "leg", "delivery_id")
_ATTEMPT = (
    "id", "delivery_id", "number", "started_at", "ended_at", "outcome", "status", "words", "sentence", "duration_ms",
)  # fmt: skip


class WrapUps:
    """The tables of wrap-ups. `wish(pk, call)` is the survey that a call's wrap-up asked for, or None."""

    def __init__(self, plan, cast, store, wish):
        self.plan, self.cast, self.store, self.wish = plan, cast, store, wish
        self.dice = random.Random(f"wrap-ups {plan.seed}")  # noqa: S311  (a story, not a secret)
        self.end = int(plan.until.timestamp())

    def write(self, key, told):
        """Those of the Tolds with keys from `key` on that were wrapped up. Returns {call's key: survey's delivery}."""
        rated = [(pk, call) for pk, call in enumerate(told, key) if call.outcome]
        first, revision = self.store.keys(Rating, len(rated)), self.store.keys(RatingRevision, len(rated))
        self.wishes = {pk: self.wish(pk, call) for pk, call in rated}
        ratings = [self._rating(first + n, pk, call) for n, (pk, call) in enumerate(rated)]
        self.store.write(Rating, _RATING, ratings)
        self.store.write(
            RatingRevision,
            _REVISION,
            [(revision + n, row[0], 1, _revision(row), row[9], row[10]) for n, row in enumerate(ratings)],
        )
        return self._write_legs(first, rated, ratings)

    def _rating(self, key, pk, call):
        dice = self.dice
        saved = moment(call.ended + call.took)
        notes = dice.choice(words.NOTES) if dice.random() < 0.35 else ""
        issues = orjson.dumps(call.issues).decode() if call.issues else "[]"
        wish = self.wishes[pk]
        return (
            key, pk, call.outcome, call.right_party, call.quality, issues, notes,
            f'{{"{call.flag}":true}}' if call.flag else "{}", wish and wish.text,
            self.cast.agent_keys[call.agent], saved, saved, call.took,
        )  # fmt: skip

    # --- legs ---------------------------------------------------------------------------------

    def _write_legs(self, first, rated, ratings):
        deliveries, joined, attempts, surveys = [], [], [], {}
        delivery, leg_key = self.store.keys(Delivery, 4 * len(rated)), self.store.keys(RatingLeg, 4 * len(rated))
        for n, (pk, call) in enumerate(rated):
            saved = ratings[n][10]
            for leg, payload, reason in self._payloads(pk, call, ratings[n]):
                row = self._delivery(delivery, pk, leg, payload, reason, saved)
                deliveries.append(row)
                attempts += self._attempts(leg, row)
                joined.append((leg_key, first + n, 1, leg.value, delivery))
                if leg is Leg.SURVEY and payload:
                    surveys[pk] = (delivery, row[5])
                delivery, leg_key = delivery + 1, leg_key + 1
        self.store.write(Delivery, _DELIVERY, deliveries)
        self.store.write(RatingLeg, _LEG, joined)
        key = self.store.keys(Attempt, len(attempts))
        self.store.write(Attempt, _ATTEMPT, [(key + n, *row) for n, row in enumerate(attempts)])
        return surveys

    def _payloads(self, pk, call, rating):
        """(leg, JSON text or "", why there is none) of each leg."""
        yield Leg.PLIVO, *_plivo(call, rating)
        yield Leg.TRESTLE, *self._trestle(call)
        yield Leg.CCAI, *_ccai(pk, call)
        wish = self.wishes[pk]
        if wish:
            yield Leg.SURVEY, wish.payload, ""
        else:
            outcome = Outcome(call.outcome)
            why = NOT_WANTED if outcome is Outcome.REACHED else proposals.not_after(outcome)
            yield Leg.SURVEY, "", "The call reached somebody else." if call.right_party is False else why

    def _trestle(self, call):
        outcome, customer = call.outcome, call.customer
        if outcome in (Outcome.NO_ANSWER, Outcome.BUSY):
            return "", "Nobody answered: that says nothing about the number"
        is_dead = outcome == Outcome.DISCONNECTED_NUMBER
        if customer is None:
            return "", "Number unknown"
        if call.right_party is None and not is_dead:
            return "", "Right party unknown"
        if not self.cast.response_ids[customer]:
            return "", legs.NO_RESPONSE_ID
        status, right = ("disconnected", "false") if is_dead else ("connected", "true" if call.right_party else "false")
        whom = f'"response_id":"{self.cast.response_ids[customer]}","phone":"{self.cast.numbers[customer]}","name":""'
        return f'{{{whom},"phone_status":"{status}","right_party":{right}}}', ""

    def _delivery(self, key, pk, leg, payload, reason, saved):
        state, attempts, done = DeliveryState.NOT_APPLICABLE, 0, saved
        not_before = saved
        if payload:
            chance, age = self.dice.random(), self.end - saved.timestamp()
            state, attempts, done = DeliveryState.DELIVERED, 1, saved + timedelta(seconds=1)
            if chance < PARKED:
                state, reason = DeliveryState.PARKED, REFUSALS[leg][2]
            elif age < 5 or (age < WAITS_AT_MOST and chance < PARKED + 20 * WAITS):
                state, reason, done, not_before = DeliveryState.PENDING, "The vendor is down.", None, self._next_try()
        return (
            key, legs.KINDS[leg], f"call:{pk}", self.cast.vendors[legs.VENDORS[leg].value], payload or "{}",
            state.value, reason, not_before, attempts, "", saved, done,
        )  # fmt: skip

    def _next_try(self):
        return moment(self.end + self.dice.randrange(60, 3600))

    def _attempts(self, leg, row):
        key, state, saved = row[0], row[5], row[10]
        if state == DeliveryState.NOT_APPLICABLE or (state == DeliveryState.DELIVERED and key % 20):
            return
        outcome, status, said, sentence = AttemptOutcome.DELIVERED, _DONE[leg], "{}", ""
        if state == DeliveryState.PARKED:
            outcome, (status, said, sentence) = AttemptOutcome.REJECTED, REFUSALS[leg]
        elif state == DeliveryState.PENDING:
            outcome, status, said, sentence = (
                AttemptOutcome.UNAVAILABLE,
                503,
                "Service Unavailable",
                "The vendor is down.",
            )
        yield (key, 1, saved, saved + timedelta(milliseconds=400), outcome.value, status, said, sentence, 400)


def _plivo(call, rating):
    if not call.connected:
        return "", "Not connected"
    if call.quality is None:
        return "", "Not rated"
    if not call.carrier:
        return "", legs.NO_PLIVO_ID
    said = f'"rating":"{call.quality}","issues":{rating[5]},"notes":"{rating[6]}"'
    return f'{{"call_uuid":"{call.carrier}",{said}}}', ""


def _ccai(pk, call):
    if call.provider != Provider.CCAI:
        return "", "Not a call of CCAI’s"
    if not call.flag:
        return "", "No flag set"
    return f'{{"call_id":"w{pk}","{call.flag}":true}}', ""


def _revision(row):
    """The saved state, as a rating keeps it."""
    _, _, outcome, right_party, quality, issues, notes, flags, wish, *_ = row
    right = {None: "null", True: "true", False: "false"}[right_party]
    judged = "null" if quality is None else f'"{quality}"'
    return (
        f'{{"outcome":"{outcome}","right_party":{right},"quality":{judged},'
        f'"issues":{issues},"phone_status":"","notes":"{notes}","flags":{flags},"feedback_request":{wish or "null"},'
        f'"callback":null,"reason":""}}'
    )
