"""FeedbackAPI's JSON into rows, in every variant its page shows (FACTS 6.5). Unknown keys and words are kept.

A list of 100,000 goes through here, so the common kinds of a value are looked at first.
"""

import marshal
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from operator import itemgetter

from integrations import reading
from integrations.feedbackapi.rows import (
    AccountRow,
    CustomerRow,
    FeedbackRequestRow,
    FeedbackRow,
    LocationRow,
    OddRow,
    Page,
    ReviewRow,
    UserRow,
)

# In every digest: raise it when a row is read differently, and the next pass writes each row once.
READ_AS = b"2"
ID_LIMIT, TEXT_LIMIT = 100, 100_000  # characters; no page prints a limit, and a novel is no review
ODD_KEPT = 2000  # characters of an entry that could not be used


def customer(raw):
    """A CustomerRow. Like all these readers it takes any object and never raises."""
    get = raw.get
    return CustomerRow(
        _id(get("id")),
        _stamp(get("created")),
        _text(get("email")),
        _text(get("mobile_number")),
        _text(get("fname")),
        _text(get("sname")),
        _stamp(get("last_sms")),
        _stamp(get("last_email")),
        _text(get("country_code")),
        _truth(get("invalid")),
        _truth(get("opt_out")),
        _ids(get("locations")),
        raw,
        digest(raw),
    )


def location(raw):
    """A LocationRow."""
    get = raw.get
    return LocationRow(
        vendor_id=_id(get("id")),
        created_at=_stamp(get("created")),
        name=_text(get("name")),
        address_line_1=_text(get("address_line_1")),
        address_line_2=_text(get("address_line_2")),
        address_line_3=_text(get("address_line_3")),
        postal_code=_text(get("postal_code")),
        country_code=_text(get("country_code")),
        raw=raw,
        digest=digest(raw),
    )


def review(raw):
    """A ReviewRow."""
    get = raw.get
    return ReviewRow(
        _id(get("id")),
        _stamp(get("created")),
        _text(get("title")),
        _text(get("description")),
        _id(get("location")),
        _id(get("platform")),
        _text(get("platform_name")),
        _rating(get("rating")),
        _text(get("url")),
        _text(get("reviewer_name")),
        _text(get("reviewer_image")),
        _text(get("reviewer_url")),
        raw,
        digest(raw),
    )


def feedback(raw):
    """A FeedbackRow. Scores are read with hyphen and with underscore, hyphen first (FACTS 6.5-5)."""
    get = raw.get
    return FeedbackRow(
        _id(get("id")),
        _stamp(get("created")),
        _text(get("type")),
        _within(_first(raw, "nps-score", "nps_score"), 0, 10),
        _within(_first(raw, "star-rating", "star_rating"), 1, 5),
        _truth(get("happy")),
        _text(get("comments")),
        _text(get("platform_name")),
        _id(get("subscriber")),
        _text(get("subscriber_name")),
        _text(get("subscriber_email")),
        _id(get("location")),
        _id(get("campaign")),
        _id(get("campaign_step")),
        raw,
        digest(raw),
    )


def feedback_request(raw):
    """A FeedbackRequestRow, its answer read as a FeedbackRow where there is one."""
    get = raw.get
    answer = get("feedback")
    return FeedbackRequestRow(
        vendor_id=_id(get("id")),
        created_at=_stamp(get("created")),
        due_at=_stamp(get("due")),
        updated_at=_stamp(get("updated")),
        subscriber=_id(get("subscriber")),
        template=_id(get("template")),
        location=_id(get("location")),
        type=_text(get("type")),
        message_opened=_truth(get("message_opened")),
        message_clicked=_truth(get("message_clicked")),
        message_bounced=_truth(get("message_bounced")),
        bounce_reason=_text(get("bounce_reason")),
        spam_complaint=_truth(get("spam_complaint")),
        full_url=_text(get("full_url")),
        branded_url=_text(get("branded_url")),
        feedback=feedback(answer) if isinstance(answer, dict) and answer else None,
        raw=raw,
        digest=digest(raw),
    )


def account(raw):
    """An AccountRow. The page echoes an allowance as the text "2000"."""
    get = raw.get
    return AccountRow(
        vendor_id=_id(get("id")),
        created_at=_stamp(get("created")),
        name=_text(get("name")),
        active=_truth(get("active")),
        max_locations=reading.whole(get("max_locations")),
        max_users=reading.whole(get("max_users")),
        max_campaigns=reading.whole(get("max_campaigns")),
        sms_allowance=reading.whole(get("sms_allowance")),
        active_locations=reading.whole(get("active_locations")),
        active_users=reading.whole(get("active_users")),
        raw=raw,
        digest=digest(raw),
    )


def user(raw):
    """A UserRow; `last_access: false` is never. The answer to an invitation has no id."""
    get = raw.get
    return UserRow(
        vendor_id=_id(get("id")),
        created_at=_stamp(get("created")),
        name=_text(get("name")),
        email=_text(get("email")),
        type=_text(get("type")),
        status=_text(get("status")),
        last_access_at=_stamp(get("last_access")),
        invite_url=_text(get("invite_url")),
        raw=raw,
        digest=digest(raw),
    )


def page(body, read):
    """A Page of a list's body, which is an object with a list under `data`. An id twice: the last one wins.

    The echo of `page` is ignored: it says 1 where nobody asked (FACTS 6.5-4).
    """
    rows, odd = {}, []
    for raw in body["data"]:
        row, reason = _read(raw, read)
        if reason:
            odd.append(_odd(raw, reason))
        else:
            rows[row.vendor_id] = row
    return Page(tuple(rows.values()), tuple(odd), reading.whole(body.get("total_count")), len(body["data"]))


def digest(raw):
    """32 characters that change when the object does, the order of its own keys apart.

    Hashed as Python's marshal writes it (version 2: no references, the same bytes for the same values), which is
    ten times as fast as JSON with sorted keys. A Python that writes otherwise would write each row once more.
    """
    keys = tuple(raw)
    head, values = _ORDERS.get(keys) or _order(keys)
    return blake2b(head + marshal.dumps(values(raw), 2), digest_size=16).hexdigest()


_ORDERS = {}  # keys as they came → (their names, how to get the values in the order of the names)
_MOST_ORDERS = 100  # a vendor shows a handful; one that shows thousands must not fill the memory


def _order(keys):
    names = sorted(keys)
    order = READ_AS + marshal.dumps(names, 2), itemgetter(*names) if len(names) > 1 else lambda raw: list(raw.values())
    if len(_ORDERS) < _MOST_ORDERS:
        _ORDERS[keys] = order
    return order


def _read(raw, read):
    """(row, why it cannot be used or "")."""
    if not isinstance(raw, dict):
        return None, "It is not an object."
    try:
        row = read(raw)
    except (RecursionError, ValueError):  # marshal's word for it is the latter
        return None, "It is nested too deeply."
    return row, "" if row.vendor_id else "It has no id."


def _odd(raw, reason):
    """What cannot be used, as far as it can be kept: all of it when small, else how it begins."""
    try:
        words = repr(raw)
    except RecursionError:
        return OddRow(_id(raw.get("id")) if isinstance(raw, dict) else "", reason, None)
    return OddRow("", reason, raw if len(words) <= ODD_KEPT else words[:ODD_KEPT])


def _stamp(value):
    if value.__class__ is int and 0 < value < reading.LATEST_STAMP:
        return datetime.fromtimestamp(value, UTC)
    return None if value is None else reading.stamp(value)


def _text(value):
    if value.__class__ is str:
        return value.strip() if len(value) <= TEXT_LIMIT else value[:TEXT_LIMIT].strip()
    return "" if value is None else reading.text(value, TEXT_LIMIT)


def _id(value):
    """An id as text; one that is too long for an id is none, rather than the start of another's."""
    text = _text(value)
    return text if len(text) <= ID_LIMIT else ""


def _ids(value):
    if not isinstance(value, list):
        return ()
    return tuple(filter(None, map(_id, value)))


def _truth(value):
    return value if value.__class__ is bool else None if value is None else reading.truth(value)


def _first(raw, *keys):
    return next((raw[key] for key in keys if raw.get(key) is not None), None)


def _within(value, least, most):
    number = reading.whole(value)
    return number if number is not None and least <= number <= most else None


def _rating(value):
    """A rating out of 5 as a Decimal, from a number or its text; None for anything else."""
    if value is None or isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        rating = Decimal(str(value)[:40])
    except (InvalidOperation, ValueError):
        return None
    return rating if rating.is_finite() and 0 <= rating <= 5 else None
