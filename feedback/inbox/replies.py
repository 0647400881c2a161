"""Reply templates: which fit a review, and what they say about it. Nothing is posted: a person copies it there."""

import re
from decimal import ROUND_HALF_UP, Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import audit
from customers.models import Location
from feedback.models import ReplyTemplate, Review

PLACEHOLDERS = ("name", "location", "stars")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
EXAMPLE = Review(reviewer_name="Marta Oliveira", rating=Decimal(2), location=Location(name="Riverside"))
NAMELESS = "there"  # "Hello there"
# What is offered to choose from is what the newest reviews have: reading a million for it would cost the page.
NEWEST = 2_000


class NameTaken(Exception):
    """Another template has this name."""


def fitting(review):
    """The templates for a review: of its stars (halves counted up) and platform, those of that platform first."""
    rows = ReplyTemplate.objects.filter(Q(platform="") | Q(platform=review.platform))
    if review.rating is not None:
        stars = int(review.rating.quantize(Decimal(1), ROUND_HALF_UP))
        rows = rows.filter(stars_from__lte=stars, stars_to__gte=stars)
    return sorted(rows, key=lambda row: row.platform == "")


def fill(text, review):
    """The text with what its placeholders stand for, as plain text."""
    stars = "" if review.rating is None else f"{review.rating.normalize():f}"
    known = {
        "name": review.reviewer_name.strip() or NAMELESS,
        "location": review.location.name if review.location else "",
        "stars": stars,
    }
    return _PLACEHOLDER.sub(lambda found: known.get(found[1].strip(), found[0]), text)


def unknown_in(text):
    """What stands in braces and is no placeholder; "" where all are known, and no brace stands alone."""
    for word in _PLACEHOLDER.findall(text):
        if word.strip() not in PLACEHOLDERS:
            return f"{{{word[:40]}}}"
    rest = _PLACEHOLDER.sub("", text)
    return next((brace for brace in "{}" if brace in rest), "")


def platforms(user, chosen=""):
    """(id, name) of the platforms of the newest reviews that `user` may see, and of the one that is chosen."""
    reviews = Review.objects.visible_to(user).order_by("-written_at")
    rows = reviews.values_list("platform", "platform_name")[:NEWEST]
    known = {at: name or at for at, name in rows if at}
    if chosen:
        known.setdefault(chosen, chosen)
    return sorted(known.items(), key=lambda one: one[1].lower())


def save(by, template, changes):
    """Keep a new or changed ReplyTemplate, and who changed what. Raises NameTaken."""
    deed = "changed a reply template" if template.pk else "added a reply template"
    try:
        with transaction.atomic():
            template.save()
            audit.record(by, deed, template, changes)
    except IntegrityError as error:
        raise NameTaken("Another template has this name.") from error
    return template


def remove(by, template):
    """Replies written with it stay: none of them is kept here."""
    with transaction.atomic():
        audit.record(by, "removed a reply template", template, {"text": [template.text, ""]})
        template.delete()
