"""How often an address may be asked: the limits of sign-in (settings.ACCOUNT_RATE_LIMITS), for pages of ours."""

from allauth.core.internal import ratelimit  # the public one counts no GET


def too_many(request, action):
    """The answer 429 once the limit of `action` is passed, else None. Every method counts."""
    if ratelimit.consume(request, app="allauth.account", action=action, limit_get=True):
        return None
    return ratelimit.respond_429(request)
