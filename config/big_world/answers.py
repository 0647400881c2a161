"""Writes who was asked for feedback after a call, and what came back."""

import random
from dataclasses import dataclass
from datetime import timedelta

from config.big_world import cast as words
from config.big_world.people import moment
from feedback.choices import FeedbackKind, FeedbackSource, RequestOrigin
from feedback.models import Feedback, FeedbackRequest
from feedback.sync.copies import NEWS
from integrations.choices import DeliveryState

ASKED, ANSWERED, UNASKED, BY_KEY = 0.3, 0.36, 0.02, 0.01  # shares of right-party calls, of requests, of connected calls
WORDS_OF = {"nps": "nps", "stars": "star-rating", "happy": "happy"}  # kind → the vendor's

_REQUEST = (
    "id", "connection_id", "vendor_id", "vendor_created_at", "vendor_raw", "location_id", "vendor_location", "origin",
    "customer_id", "vendor_customer", "template_id", "vendor_template", "call_id", "delivery_id", "requested_by_id",
    "requested_at", "type", "vendor_updated_at", "opened", "clicked", "bounced", "spam_complaint", "feedback_id",
    "vendor_feedback",
)  # fmt: skip
_FEEDBACK = (
    "id", "connection_id", "vendor_id", "vendor_created_at", "vendor_raw", "source", "call_id", "type", "kind",
    "left_at", "first_seen_at", "nps_score", "star_rating", "happy", "comments", "platform_name", "customer_id",
    "vendor_customer", "subscriber_name", "location_id", "vendor_location", "read_at", "handled_at", "handled_how",
)  # fmt: skip


@dataclass(slots=True)
class Wish:
    """A survey that a wrap-up asked for: as the rating keeps it, and what the delivery tells."""

    template: int
    text: str
    payload: str


class Answers:
    """The tables of requests and private answers."""

    def __init__(self, plan, cast, store):
        self.plan, self.cast, self.store = plan, cast, store
        self.dice = random.Random(f"answers {plan.seed}")  # noqa: S311  (a story, not a secret)
        self.end = int(plan.until.timestamp())

    def wish(self, pk, call):
        """Whether the wrap-up of a call asks for a survey: the Wish, or None."""
        if not call.right_party or call.customer is None or call.place is None or self.dice.random() >= ASKED:
            return None
        template = self.dice.randrange(len(words.TEMPLATES))
        vendor_id, place = words.TEMPLATES[template][0], self.cast.place_keys[call.place]
        return Wish(
            template,
            f'{{"template":"{vendor_id}","location":{place},"due":null,"suppress_message":false}}',
            f'{{"values":{{"template":"{vendor_id}","location":"wL{place}",'
            f'"subscriber":"wC{self.cast.first_customer + call.customer}"}}}}',
        )

    def write(self, key, told, wishes, surveys):
        """Requests of the Tolds with keys from `key` on, and answers. `surveys`: call's key → (delivery, its state)."""
        requests, answers = [], []
        for pk, call in enumerate(told, key):
            if pk in surveys:
                requests.append(self._request(pk, call, wishes[pk], *surveys[pk], answers))
            if call.connected and call.talk and call.customer is not None and call.place is not None:
                self._unasked(pk, call, answers)
        self.store.write(Feedback, _FEEDBACK, answers)
        self.store.write(FeedbackRequest, _REQUEST, requests)

    def _request(self, pk, call, wish, delivery, state, answers):
        dice, cast = self.dice, self.cast
        key, (vendor_template, _, channel, kind) = self.store.keys(FeedbackRequest, 1), words.TEMPLATES[wish.template]
        asked = call.ended + call.took
        is_there = state == DeliveryState.DELIVERED
        answer = self._answer(call, kind, asked, answers) if is_there and dice.random() < ANSWERED else None
        bounced = is_there and answer is None and channel == "email" and dice.random() < 0.02
        clicked = answer is not None or (is_there and not bounced and dice.random() < 0.12)
        opened = None if channel == "sms" else clicked or (is_there and not bounced and dice.random() < 0.3)
        place, customer = cast.place_keys[call.place], cast.first_customer + call.customer
        vendor_id = f"wR{key}" if is_there else None
        return (
            key, cast.vendors["feedbackapi"], vendor_id, moment(asked + 1) if is_there else None,
            f'{{"id":"{vendor_id}","type":"{channel}"}}' if is_there else "{}", place, f"wL{place}",
            RequestOrigin.WRAP_UP.value, customer, f"wC{customer}",
            cast.templates[wish.template], vendor_template, pk, delivery, cast.agent_keys[call.agent], moment(asked),
            channel if is_there else "", answer[9] if answer else moment(asked + 1) if is_there else None, opened,
            clicked, bounced, False, answer and answer[0], answer[2] if answer else "",
        )  # fmt: skip

    def _unasked(self, pk, call, answers):
        """What people leave without being asked, and what they press at the end of a call."""
        chance = self.dice.random()
        if chance < UNASKED:
            self._answer(call, self.dice.choice(list(WORDS_OF)), call.ended, answers)
        elif chance < UNASKED + BY_KEY:
            self._answer(call, FeedbackKind.STARS.value, call.ended, answers, of_call=pk)

    def _answer(self, call, kind, asked, answers, of_call=None):
        """Adds an answer, unless it would be given later than now. Returns its row or None."""
        dice, cast = self.dice, self.cast
        left = call.ended if of_call else asked + 60 + int(dice.expovariate(1 / 72_000))
        if left > self.end - 60:
            return None
        mood = max(0.0, min(1.0, dice.gauss(call.mood + 0.05, 0.15)))
        nps, stars, happy = _scores(kind, mood)
        is_unhappy, at = mood < 0.5, moment(left)
        key, place = self.store.keys(Feedback, 1), cast.place_keys[call.place]
        read, handled = self._dealt_with(at, is_unhappy)
        there = (None, None, None, "{}") if of_call else self._there(key, kind, at)
        customer = cast.first_customer + call.customer
        answers.append(
            (
                key, *there, FeedbackSource.KEYPAD.value if of_call else FeedbackSource.FEEDBACKAPI.value, of_call,
                WORDS_OF[kind], kind, at, at + timedelta(seconds=90), nps, stars, happy,
                dice.choice(words.COMMENTS) if is_unhappy and dice.random() < 0.7 else "",
                dice.choice(words.PLATFORMS)[1] if not is_unhappy and dice.random() < 0.3 and not of_call else "",
                customer, "" if of_call else f"wC{customer}", words.name_of(call.customer), place,
                "" if of_call else f"wL{place}", read, handled, "Called back and apologised." if handled else "",
            )
        )  # fmt: skip
        return answers[-1]

    def _there(self, key, kind, at):
        return (
            self.cast.vendors["feedbackapi"],
            f"wF{key}",
            at,
            f'{{"id":"wF{key}","type":"{WORDS_OF[kind]}"}}',
        )

    def _dealt_with(self, at, is_unhappy):
        """(read, handled): what is old was read, and most unhappy answers were dealt with in two days."""
        age = self.plan.until - at
        read = (
            at + timedelta(hours=3) if age > NEWS or (age > timedelta(hours=4) and self.dice.random() < 0.8) else None
        )
        deals = is_unhappy and read and age > timedelta(days=2) and self.dice.random() < 0.85
        return read, at + timedelta(hours=self.dice.randrange(4, 47)) if deals else None


def _scores(kind, mood):
    """(nps, stars, happy), all but one None."""
    if kind == FeedbackKind.NPS:
        return round(2 + mood * 9.5) if mood < 0.84 else 10, None, None
    if kind == FeedbackKind.STARS:
        return None, min(5, 1 + int(mood * 5.6)), None
    return None, None, mood >= 0.5
