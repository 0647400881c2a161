"""FeedbackAPI's objects with every key it shows, and how a reading puts them into our rows."""

from itertools import count

from integrations import sync
from integrations.feedbackapi import reports
from integrations.models import Connection

_ids = count(1)
_NAMES = {"nps_score": "nps-score", "star_rating": "star-rating"}  # no keyword has a hyphen
_SHAPES = {
    "customers": {
        "created": 1734134400, "email": None, "mobile_number": None, "fname": None, "sname": None, "last_sms": None,
        "last_email": None, "country_code": None, "invalid": False, "opt_out": False, "locations": [],
    },
    "locations": {
        "created": 1734134400, "name": "Acme Inc", "address_line_1": None, "address_line_2": None,
        "address_line_3": None, "postal_code": None, "country_code": "US",
    },
    "accounts": {
        "created": 1734134400, "name": "Acme", "active": True, "max_locations": None, "max_users": None,
        "max_campaigns": None, "sms_allowance": None, "active_locations": 0, "active_users": 0,
    },
    "users": {
        "created": 1734134400, "name": "Carol Baskin", "email": "carol@wildcat.test", "type": "standard",
        "status": "active", "last_access": False,
    },
    "reviews": {
        "created": 1734134400, "title": None, "description": "Fine", "location": None, "platform": "dfar5V",
        "platform_name": "The Review Site", "rating": 5, "url": "https://thereview.site/1", "reviewer_name": None,
        "reviewer_image": None, "reviewer_url": None,
    },
    "feedback": {
        "created": 1734134400, "type": "nps", "nps-score": 8, "star-rating": None, "happy": None, "comments": None,
        "platform_name": None, "subscriber": None, "subscriber_name": None, "subscriber_email": None,
        "location": None, "campaign": None, "campaign_step": None,
    },
    "feedback-requests": {
        "created": 1734048000, "due": 1734048000, "updated": 1734134400, "subscriber": "c1", "template": "t1",
        "location": None, "type": "email", "message_opened": False, "message_clicked": False,
        "message_bounced": False, "bounce_reason": None, "spam_complaint": False,
        "full_url": "https://feedback-url.test/brA123/", "branded_url": "https://your-domain.test/fb/brA123/",
        "feedback": None,
    },
}  # fmt: skip
_READERS = {
    "customers": reports.customer, "locations": reports.location, "accounts": reports.account, "users": reports.user,
    "reviews": reports.review, "feedback": reports.feedback, "feedback-requests": reports.feedback_request,
}  # fmt: skip


def raw(plan, vendor_id=None, **values):
    """An object of a plan's list."""
    values = {_NAMES.get(name, name): value for name, value in values.items()}
    return {"id": vendor_id or f"v{next(_ids)}", **_SHAPES[plan], **values}


def read(plan, *raws):
    """What a page with these objects does: the Counts of the plan's sink."""
    sink = sync.plan_of(plan).sink(Connection.objects.of("feedbackapi"))
    return sink([_READERS[plan](one) for one in raws])


def counts(plan, *raws):
    """(created, updated, unchanged) of `read`."""
    told = read(plan, *raws)
    return told.created, told.updated, told.unchanged
