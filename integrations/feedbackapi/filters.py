"""The documented filters of FeedbackAPI's lists, by resource. Others are refused before they leave.

`*_less_than` and `*_greater_than` include their value. `invalid` of a customer is not among them: the page
describes it upside down (FACTS 6.5-7), so it is looked for on the rows.
"""

from datetime import datetime

from integrations.errors import Rejected
from integrations.feedbackapi import bodies
from integrations.feedbackapi.bodies import ACCOUNTS, CUSTOMERS, FEEDBACK, LOCATIONS, REQUESTS, REVIEWS, USERS

_CREATED = ("created_before", "created_after")
FILTERS = {
    CUSTOMERS: (*_CREATED, "email", "mobile_number", "fname", "sname", "country_code", "opt_out"),
    LOCATIONS: (*_CREATED, "name", "postal_code", "country_code"),
    REVIEWS: (*_CREATED, "location", "platform", "rating_less_than", "rating_greater_than"),
    FEEDBACK: (
        *_CREATED,
        "type",
        "nps_score_less_than",
        "nps_score_greater_than",
        "star_rating_less_than",
        "star_rating_greater_than",
        "happy",
        "subscriber",
        "location",
        "campaign",
        "campaign_step",
    ),
    REQUESTS: (
        *_CREATED,
        "due_before",
        "due_after",
        "updated_before",
        "updated_after",
        "subscriber",
        "template",
        "location",
        "message_opened",
        "message_clicked",
        "message_bounced",
        "spam_complaint",
    ),
    ACCOUNTS: (*_CREATED, "name", "active"),
    USERS: (*_CREATED, "type"),
}


def query_of(resource, filters, times):
    """The filters as a query's texts; those that are None are left out. Raises Rejected for an unknown one."""
    found = {}
    for name, value in filters.items():
        if name not in FILTERS[resource]:
            raise Rejected(f"FeedbackAPI has no such filter for {resource}.", param=name)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise Rejected("This is not a time with its zone.", param=name)
        if value is not None:
            found[name] = bodies.text(bodies.written(value, times))
    return found
