"""The callback part of the wrap-up: what the page posts, what may be wished after which outcome."""

from calls import callback_when
from calls.callback_field import at_of
from calls.services.callbacks import CannotPlan, Whom, check_time
from feedback.choices import Outcome
from feedback.fields import UNSURE
from feedback.models import Rating

_BY_TIME_ALONE = ("", Outcome.CALLBACK)
# Whoever is not to be called, or not there, is not called back.
CALLS_NOBODY = (Outcome.WRONG_PARTY, Outcome.DO_NOT_CALL, Outcome.DISCONNECTED_NUMBER)


def posted(post, call):
    """The wish as RatingForm takes it; None where nothing was chosen and nothing needs to be."""
    if post.get("outcome") in CALLS_NOBODY:
        return None
    wish = callback_when.read(post, Whom.of_call(call))
    if wish is None and post.get("outcome") == Outcome.CALLBACK and not is_planned_beside(call):
        return {"at": ""}  # asked for, gently: "no time agreed" is an answer too
    return wish


def with_outcome(post):
    """What was posted, with what a time alone says: somebody was talked to and is called back.

    Two clicks then keep a callback. Whether that was the right person stays unsaid.
    """
    if post.get("callback") not in callback_when.TIMES or post.get("outcome", Outcome.CALLBACK) not in _BY_TIME_ALONE:
        return post
    post = post.copy()
    post["outcome"] = Outcome.CALLBACK
    post["right_party"] = post.get("right_party") or UNSURE
    return post


def typed(rating):
    """A kept wish as the fields of the form, for a correction."""
    return callback_when.typed_of(rating.callback, Whom.of_call(rating.call))


def is_planned_beside(call):
    """Whether somebody planned a callback from the call's page, without the wrap-up."""
    return call.planned.waiting().exclude(intent=None).exists()


def problem(call, outcome, wish):
    """Why a wish cannot be kept, in a sentence; "" when it can."""
    at = at_of(wish)
    if at is None:
        return ""
    if outcome in CALLS_NOBODY:
        return f"After “{Outcome(outcome).label}” nobody is called back."
    whom = Whom.of_call(call)
    if not (whom.number or whom.ticket_id):
        return "No number is known for this call, so nobody can be called back."
    try:
        check_time(at)
    except CannotPlan as cannot:
        return "" if _is_kept(call, wish) else str(cannot)
    return ""


def _is_kept(call, wish):
    """A correction leaves a time as it is, also when that is over by now."""
    before = Rating.objects.filter(call=call).values_list("callback", flat=True).first()
    return at_of(before) == at_of(wish) if before else False
