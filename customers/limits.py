"""What a client account may still have. FeedbackAPI counts what is active; ours may be ahead of it.

Campaigns cannot be counted: no list of the API shows them.
"""


def locations_used(account):
    """Active locations: the vendor's count, or ours of this account where that is larger."""
    ours = account.locations.filter(is_active=True, gone_at=None).count()
    return max(account.active_locations or 0, ours)


def why_no_location(account):
    """Why this account takes no further location, in a sentence; "" when it does."""
    if not account.is_active or account.gone_at:
        return f"{account} is inactive, so it takes no new location."
    most, used = account.max_locations, locations_used(account)
    if most is None or used < most:
        return ""
    may = "1 location" if most == 1 else f"{most} locations"
    return f"{account} may have {may} and has {used}. Raise its limit first, or make one inactive."
