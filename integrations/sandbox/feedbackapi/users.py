"""Users: an invitation is pending, without id, listed nowhere, until it is accepted."""

import secrets

from integrations.sandbox.feedbackapi import accounts, tables
from integrations.sandbox.feedbackapi.body import arguments, read, require
from integrations.sandbox.feedbackapi.refusals import Refused
from integrations.sandbox.feedbackapi.shapes import USERS
from integrations.sandbox.feedbackapi.values import email, flag

_ARGUMENTS = {"email": email, "send_invite": flag}
_INVITES = "feedbackapi invite"
_TYPE = "standard"  # what an invited user is; the page has no way to ask for another


def create(world, request):
    """Invite somebody. Inviting a pending user again gives the same invitation."""
    given = read(body := arguments(request), _ARGUMENTS)
    require(body, "email")
    address = given["email"].lower()
    if tables.find(world.store, USERS, "email = ?", address):
        raise Refused(400, "A user with this email already exists", "email")
    invite = world.store.get(_INVITES, address) or _invite(world, given["email"])
    if given.get("send_invite"):
        invite = world.store.put(_INVITES, address, invite | {"mails": invite["mails"] + 1})
    return {"email": invite["email"], "type": _TYPE, "status": "pending", "invite_url": invite["invite_url"]}


def _invite(world, address):
    account = accounts.room(world, "max_users", waiting=len(pending(world)))
    url = f"https://reviews.yoururl.com/invite?code={secrets.randbelow(10**10):010d}"
    invite = {"email": address, "invite_url": url, "account": account, "mails": 0}
    return world.store.put(_INVITES, address.lower(), invite)


def pending(world):
    """The invitations nobody has accepted yet: email, invite_url, mails sent."""
    return world.store.all(_INVITES)


def accept(world, address, name=None, signed_in=True):
    """Turn an invitation into an active user with an id; returns the record, or None without one."""
    invite = world.store.get(_INVITES, address.lower())
    if invite is None:
        return None
    now = int(world.now().timestamp())
    user = {
        "id": tables.new_id(), "created": now, "name": name or _named(address), "email": invite["email"],
        "type": _TYPE, "status": "active", "last_access": now if signed_in else False, "account": invite["account"],
    }  # fmt: skip
    tables.insert(world.store, USERS, [user])
    world.store.drop(_INVITES, address.lower())
    return {key: value for key, value in user.items() if key != "account"}


def _named(address):
    return address.partition("@")[0].replace(".", " ").title()
