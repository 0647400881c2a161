"""What a saved wrap-up says to planned calls: which one it closes, whether somebody is called again and when."""

from calls import callback_when
from calls.callback_field import at_of
from calls.services import tries
from calls.services.callbacks import Wish
from calls.services.hopeless import DEAD, NOT_TO_CALL, OPTED_OUT, SOMEBODY_ELSE
from feedback.choices import Outcome, PhoneStatus
from feedback.legs import phone_status_of


def key(rating):
    """What of a wrap-up planned calls depend on: a correction of anything else leaves them alone."""
    return (rating.outcome, rating.right_party, rating.phone_status, rating.callback)


def settle(rating, by):
    """Bring planned calls in line with a saved wrap-up, in its transaction."""
    tries.settle(rating.call, by, ending_of(rating, by))


def ending_of(rating, by):
    """How the call went, as planned calls see it."""
    outcome, at = Outcome(rating.outcome), at_of(rating.callback)
    stop = _stop(rating, outcome, at)
    owner = by if (rating.callback or {}).get("owner") != callback_when.ANYONE else None
    note = (rating.callback or {}).get("note", "")
    return tries.Ending(
        stop=stop,
        reached=outcome.human_reached and rating.right_party is True,
        retry=outcome.value if outcome.value in tries.ENDINGS and not stop else "",
        wish=Wish(at, owner, note, outcome.label) if at and not stop else None,
        no_more=rating.callback is not None and at is None,
        reason=outcome.label,
    )


def _stop(rating, outcome, at):
    """Why nobody is called at this number any more; "" else."""
    call = rating.call
    if outcome.is_do_not_call:
        return NOT_TO_CALL
    if phone_status_of(rating)[0] == PhoneStatus.DISCONNECTED:
        return DEAD
    # "She is back at six", said by somebody else, is a time to call her all the same.
    if outcome is Outcome.WRONG_PARTY or (rating.right_party is False and at is None):
        return SOMEBODY_ELSE
    return OPTED_OUT if call.customer and call.customer.opted_out_at else ""
