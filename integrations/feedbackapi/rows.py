"""FeedbackAPI's seven objects as named tuples (feedbackapi.txt, "The … Object"), made four times as fast as
frozen dataclasses, which counts where there are 100,000.

Every row has `vendor_id` (short, case-sensitive, the same one may occur in two resources), `created_at`
(aware, UTC; None where it is missing or no time), `raw` as it came, and `digest`, which changes exactly when
what the vendor shows of it does. Texts are "" where there is none; None is "not reported".
"""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


class CustomerRow(NamedTuple):
    """A person that campaigns and requests may go to. `invalid`: a message failed; `opt_out`: said no."""

    vendor_id: str
    created_at: datetime | None
    email: str
    mobile_number: str  # as it came: the page's own sample is too short for a number
    fname: str
    sname: str
    last_sms_at: datetime | None
    last_email_at: datetime | None
    country_code: str
    invalid: bool | None
    opt_out: bool | None
    locations: tuple[str, ...]
    raw: dict
    digest: str


class LocationRow(NamedTuple):
    """A place, department or person that reviews are collected for. Its review profiles are never reported."""

    vendor_id: str
    created_at: datetime | None
    name: str
    address_line_1: str
    address_line_2: str
    address_line_3: str
    postal_code: str
    country_code: str
    raw: dict
    digest: str


class ReviewRow(NamedTuple):
    """A public review. `rating` is normalised to 5 by the vendor, and None for words without one."""

    vendor_id: str
    created_at: datetime | None
    title: str
    description: str
    location: str
    platform: str
    platform_name: str
    rating: Decimal | None
    url: str
    reviewer_name: str
    reviewer_image: str
    reviewer_url: str
    raw: dict
    digest: str


class FeedbackRow(NamedTuple):
    """A private answer. `type` is the vendor's word: star-rating, nps, and happy or csat for one thing.

    `nps_score` 0 to 10, `star_rating` 1 to 5; `subscriber` is a customer's id, "" for somebody unknown.
    """

    vendor_id: str
    created_at: datetime | None
    type: str
    nps_score: int | None
    star_rating: int | None
    happy: bool | None
    comments: str
    platform_name: str
    subscriber: str
    subscriber_name: str
    subscriber_email: str
    location: str
    campaign: str
    campaign_step: str
    raw: dict
    digest: str


class FeedbackRequestRow(NamedTuple):
    """A stand-alone request. `type`: sms, email, or suppressed for a link without a message.

    `feedback` is the answer where there is one. Opened, bounced and spam say something for e-mail only.
    """

    vendor_id: str
    created_at: datetime | None
    due_at: datetime | None
    updated_at: datetime | None
    subscriber: str
    template: str
    location: str
    type: str
    message_opened: bool | None
    message_clicked: bool | None
    message_bounced: bool | None
    bounce_reason: str
    spam_complaint: bool | None
    full_url: str
    branded_url: str
    feedback: FeedbackRow | None
    raw: dict
    digest: str


class AccountRow(NamedTuple):
    """A client account. A limit of None is unlimited; verb and template are never reported."""

    vendor_id: str
    created_at: datetime | None
    name: str
    active: bool | None
    max_locations: int | None
    max_users: int | None
    max_campaigns: int | None
    sms_allowance: int | None
    active_locations: int | None
    active_users: int | None
    raw: dict
    digest: str


class UserRow(NamedTuple):
    """A user of the vendor's own console. A pending one has no id and an `invite_url`, and is not in lists."""

    vendor_id: str
    created_at: datetime | None
    name: str
    email: str
    type: str
    status: str
    last_access_at: datetime | None  # None: never
    invite_url: str
    raw: dict
    digest: str


class OddRow(NamedTuple):
    """An entry of a list that cannot be used, with the reason in a sentence."""

    vendor_id: str
    reason: str
    raw: object


class Page(NamedTuple):
    """One page of a list: its `rows`, what was set aside (`odd`), and the vendor's counts.

    `returned` counts the entries that came; `total_count` is the vendor's, None where it told none.
    """

    rows: tuple
    odd: tuple[OddRow, ...]
    total_count: int | None
    returned: int
