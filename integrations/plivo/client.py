"""Plivo: call quality feedback (plivo_call_feedback.txt), calls (calls.py), one harmless request to test the key."""

import re
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from integrations import credentials, http, reading
from integrations.contracts import Check, Delivered
from integrations.errors import Misconfigured, NotYet, Rejected, Relearn, VendorError
from integrations.plivo.calls import Calls
from integrations.plivo.grammar import CALL_UUID
from integrations.plivo.issues import canonical, has_two_spellings, spelled
from integrations.text import clean, cut

LEAST, MOST = Decimal(1), Decimal(5)
# No limit is printed. Two pages of text is more than a debug page shows, and far below any body limit.
NOTES_LIMIT = 2000
UNKNOWN_CALL_SECONDS = 30 * 60  # a call may not be visible yet
SPELLING_OF_422 = "422"  # Connection.learned["spelling"]; else the argument list's


class Client:
    """One Plivo account. HTTP Basic: auth id and auth token, on both hosts."""

    def __init__(self, connection):
        names = ("api_base_url", "stats_base_url", "auth_id", "auth_token")
        api, stats, self._auth_id, token = credentials.read(connection, *names)
        self._like_the_422 = connection.learned.get("spelling") == SPELLING_OF_422
        self._stats = credentials.door(connection, stats, auth=(self._auth_id, token))
        self._api = credentials.door(connection, api, auth=(self._auth_id, token))
        self.calls = Calls(connection, self._api, self._auth_id)

    def place(self, call):
        """Dial: an OutboundCall in, a PlacedCall out. Once: see `Calls.place`."""
        return self.calls.place(call)

    def post_feedback(self, feedback):
        """Tell Plivo a CallFeedback: Delivered, with Plivo's `api_id` as reference.

        Raises Rejected (422, or what could not be right), NotYet for a call Plivo does not know yet,
        Misconfigured (401, 403, 405, a wrong address), Relearn when the issues may want their other
        spelling, and the door's errors. A repeat is harmless, but may count double.
        """
        if not CALL_UUID.fullmatch(feedback.call_uuid):
            raise Rejected("This is not a Plivo call id.", param="call_uuid")
        issues = _issues(feedback)
        body = feedback_body(feedback, self._like_the_422)
        answer = self._stats.request("POST", f"/v1/Call/{quote(feedback.call_uuid)}/Feedback/", json=body)
        if answer.status >= 300:
            self._refuse(answer, issues)
        if answer.status > 202 or not isinstance(answer.body, dict):
            raise http.unexpected(answer)
        return Delivered(
            status=answer.status,
            words=reading.text(answer.body.get("message"), 2000),
            vendor_ref=reading.text(answer.body.get("api_id"), 100),
            note=_shortened(feedback.notes),
            request_id=answer.request_id,
            duration_ms=answer.duration_ms,
        )

    def _refuse(self, answer, issues):
        facts = http.facts(answer)
        if answer.status == 422:
            self._refuse_values(facts, issues)
        if answer.status == 404 and re.search(r"call\s*uuid", facts["words"], re.IGNORECASE):
            raise NotYet("Plivo does not know this call.", give_up_after=UNKNOWN_CALL_SECONDS, **facts)
        if answer.status in (403, 404, 405):
            raise Misconfigured(_ADDRESS[answer.status], **facts)
        raise Rejected("Plivo refused the feedback.", **facts)

    def _refuse_values(self, facts, issues):
        """422 has two texts; that about issues names the other spelling of two of them."""
        said = facts["words"].lower()
        if "issues" not in said:
            about_rating = "rating" in said
            sentence = "Plivo wants a rating from 1 to 5." if about_rating else "Plivo refused the feedback."
            raise Rejected(sentence, param="rating" if about_rating else "", **facts)
        if not has_two_spellings(issues):
            raise Rejected("Plivo does not take these issues.", param="issues", **facts)
        if self._like_the_422:  # both were tried by now: forget it, so that the next one starts afresh
            raise Rejected("Plivo does not take these issues.", param="issues", learned={"spelling": ""}, **facts)
        raise Relearn("Plivo wants its other spelling.", learned={"spelling": SPELLING_OF_422}, **facts)

    def check(self):
        """One harmless request: the list of calls, one row long, as a Check."""
        try:
            answer = self._api.request("GET", f"/v1/Account/{quote(self._auth_id)}/Call/", params={"limit": 1})
            if answer.status >= 300:
                raise Misconfigured("Plivo did not show the calls of this account.", **http.facts(answer))
            if not isinstance(answer.body, dict):
                raise http.unexpected(answer)
        except VendorError as error:
            return Check(False, error.sentence, error.words)
        return Check(True, "Plivo answered and accepts the token.")


_ADDRESS = {
    403: "Plivo does not let this account do that.",
    404: "Plivo finds nothing at this address: check it.",
    405: "Plivo does not take feedback at this address: check it.",
}


def feedback_body(feedback, like_the_422=False):
    """The JSON Plivo's page asks for. Raises Rejected for what it would refuse, naming the field.

    Rating as a number, without a point when it is whole; issues below 5 only; notes unless blank.
    """
    rating = _rating(feedback.rating)
    issues, notes = _issues(feedback), _notes(feedback.notes)
    body = {"rating": int(rating) if rating == int(rating) else float(rating)}
    if rating < MOST:
        if not issues:
            raise Rejected("Below 5 Plivo wants at least one issue.", param="issues")
        body["issues"] = spelled(issues, like_the_422)
    return {**body, "notes": notes} if notes else body


def _rating(value):
    try:
        rating = Decimal(str(value))
    except InvalidOperation:
        rating = Decimal("nan")
    if not (rating.is_finite() and LEAST <= rating <= MOST):
        raise Rejected("A rating is a number from 1 to 5.", param="rating")
    return rating


def _issues(feedback):
    """The issues in canonical spelling, each once, in the order given."""
    issues = [canonical(str(word)) for word in feedback.issues]
    if None in issues:
        raise Rejected("One of the issues is not one that Plivo knows.", param="issues")
    return list(dict.fromkeys(issues))


def _notes(notes):
    return cut(clean(notes).strip(), NOTES_LIMIT)


def _shortened(notes):
    """What to tell when the notes were cut; "" when they went out whole."""
    return f"Notes cut to {NOTES_LIMIT:,} characters." if len(clean(notes).strip()) > NOTES_LIMIT else ""
