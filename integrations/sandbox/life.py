"""A call's life: a pure function of when it began, the time now, the speed and its stages."""

from datetime import timedelta

from integrations.sandbox.clock import milliseconds

# The page's terminal states. A deflected call may still go on to voicemail.
_ENDS = ("finished", "failed", "action_only_finished", "voicemail_received")


def after(begin, seconds, speed):
    """The moment `seconds` of script after `begin`, at this speed, cut to milliseconds."""
    return milliseconds(begin + timedelta(seconds=seconds / speed))


def schedule(stages, begin, speed):
    """Every stage as (status, moment), whether reached or not."""
    return [(status, after(begin, seconds, speed)) for seconds, status in stages]


def moment_of(life, *statuses):
    """When the life first entered one of the statuses, or None."""
    return next((moment for status, moment in life if status in statuses), None)


def end_of(life):
    """When the conversation is over: the first end, or a deflection nothing follows; else None."""
    ended = moment_of(life, *_ENDS)
    if ended is None and life and life[-1][0] == "deflected":
        ended = life[-1][1]
    return ended


def reached(life, now):
    """The part of a life that has happened by `now`."""
    return [(status, moment) for status, moment in life if moment <= now]
