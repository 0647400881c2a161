"""What was kept for an id nobody knew, and the location or customer has appeared."""

from django.db.models import Exists, OuterRef, Subquery

from customers.models import Customer, Location
from feedback.models import Feedback, FeedbackRequest, Review

# What appears → (the key it is wanted by, the id that stands in its place, who wants it).
_WANTED = {
    Location: ("location", "vendor_location", (Review, Feedback, FeedbackRequest)),
    Customer: ("customer", "vendor_customer", (Feedback, FeedbackRequest)),
}


def take_up(model, connection, vendor_ids):
    """For `customers.sync.on_appearing`: rows of these ids are here now."""
    name, key, waiting = _WANTED.get(model, ("", "", ()))
    for one in waiting:
        alone = _alone(one, connection, name).filter(**{f"{key}__gt": ""})
        if alone.exists():  # nearly never, and cheaper to ask than to look for a thousand ids
            _fill(alone.filter(**{f"{key}__in": vendor_ids}), model, name, key)


def take_up_all(connection):
    """Whatever two readings at once have not seen of each other, because neither had committed."""
    for model, (name, key, waiting) in _WANTED.items():
        there = model._base_manager.filter(connection=connection, vendor_id=OuterRef(key))
        for one in waiting:
            alone = _alone(one, connection, name).filter(**{f"{key}__gt": ""})
            _fill(alone.filter(Exists(there)), model, name, key)


def _alone(one, connection, name):
    return one._base_manager.filter(connection=connection, **{name: None})


def _fill(rows, model, name, key):
    there = model._base_manager.filter(connection=OuterRef("connection"), vendor_id=OuterRef(key))
    rows.update(**{name: Subquery(there.values("pk")[:1])})
