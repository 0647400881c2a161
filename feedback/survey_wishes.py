"""The survey part of the wrap-up's form: what the page posts, as the wish that REST takes too, and back.

A choice counts for the outcome it was shown with (`survey_for`). Who types faster than the page answers has not
seen a choice for their outcome yet: then the rule decides, as it would have been shown.
"""

from datetime import datetime

from django.utils import timezone

from feedback import proposals
from feedback.choices import Outcome

FIELDS = (
    *("survey", "survey_for", "survey_proposed", "survey_template", "survey_location", "survey_due"),
    "survey_hand_over",
)
CHOICES = (proposals.NOW, proposals.LATER, proposals.LINK, proposals.NO)


def posted(post, call):
    """The wish as RatingForm takes it, None for no survey."""
    choice = chosen(post, call)
    if choice not in CHOICES or choice == proposals.NO:
        return None
    later = choice == proposals.LATER
    return {
        "template": post.get("survey_template", ""),
        "location": post.get("survey_location", ""),
        "due": (post.get("survey_due") or "no time given") if later else None,
        "suppress_message": choice == proposals.LINK,
        "hand_over": later and post.get("survey_hand_over") == "1",
    }


def chosen(post, call):
    """What the person chose, or what the rule says where they have not been asked for this outcome yet."""
    choice, outcome = post.get("survey", ""), post.get("outcome", "")
    is_own = choice and choice != post.get("survey_proposed", "")
    if is_own or (choice and post.get("survey_for") == outcome):
        return choice
    return by_rule(call, outcome, post.get("right_party", ""))


def by_rule(call, outcome, right_party=""):
    """The rule's choice for a call that went so; "no" for an outcome that is none."""
    if outcome not in Outcome.values:
        return proposals.NO
    return proposals.of(call, outcome, False if right_party == "false" else None).choice


def typed(wish):
    """A kept wish as the fields of the form, for a correction."""
    if wish is None:
        return {"survey": proposals.NO}
    due = wish.get("due")
    link, later = wish.get("suppress_message"), bool(due)
    return {
        "survey": proposals.LINK if link else proposals.LATER if later else proposals.NOW,
        "survey_template": wish.get("template", ""),
        "survey_location": str(wish.get("location", "")),
        "survey_due": f"{timezone.localtime(datetime.fromisoformat(due)):%Y-%m-%dT%H:%M}" if later else "",
        "survey_hand_over": "1" if wish.get("hand_over") else "",
    }
