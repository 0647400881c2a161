"""Our rows that FeedbackAPI has too, and what stands beside them: profiles, invitations, templates, rules."""

import secrets
from datetime import time, timedelta

from accounts.models import User, token_digest
from config.demo import cast, mirror, surveys, there
from config.demo.sign_ins import email
from customers.models import ClientAccount, Customer, Invitation, Location, ReviewProfile, VendorUser
from feedback.models import MessageTemplate, SurveyRule


def write(world):
    """Accounts, places, the console's users and customers get their ids there. `world`: a There."""
    admin = User.objects.get(email=email("admin"))
    _accounts(world)
    places = _locations(world, admin)
    _users(world, admin)
    _customers(world, places)
    _rules()
    _invitations(world.now, admin)


def _accounts(world):
    users = {next(iter(cast.ACCOUNTS)): len(cast.CONSOLE)}
    for name, places in cast.ACCOUNTS.items():
        account = ClientAccount.objects.get(name=name)
        account.verb = "visit"
        account.save(update_fields=["verb"])
        mirror.link(account, there.account(world, name, len(places), users.get(name, 0)))


def _locations(world, admin):
    """name → its id there."""
    ids = {}
    for location in Location.objects.order_by("pk"):
        ids[location.name] = there.location(world, location.name)
        mirror.link(location, ids[location.name])
        for url in cast.REVIEW_PROFILES:
            at = world.ago(100, 200)
            slug = location.name.lower().replace(" ", "-")
            ReviewProfile.objects.create(
                location=location, url=url.format(slug), added_at=at, added_by=admin, told_at=at + timedelta(minutes=1)
            )
    return ids


def _users(world, admin):
    for address, name, type, days in cast.CONSOLE:
        there.user(world, address, name, type, timedelta(days=days, hours=3) if days is not None else None)
    VendorUser.objects.create(
        connection=mirror.connection(), email=cast.CONSOLE_INVITED, type="standard", status="pending",
        invited_by=admin, invited_at=world.now - timedelta(days=3, hours=2),
    )  # fmt: skip


def _customers(world, places):
    for one in Customer.objects.select_related("phone", "location").order_by("pk"):
        if one.name in cast.NOT_THERE:
            continue
        mobile, opted_out = one.phone and one.phone.e164, one.opted_out_at is not None
        country = cast.ADDRESSES[one.location.name][-1]
        made = there.customer(world, one.name, one.email, mobile, country, [places[one.location.name]], opted_out)
        mirror.link(one, made)
    for name, address, place in cast.ONLY_THERE:
        country = cast.ADDRESSES[place][-1]
        there.customer(world, name, address, None, country, [places[place]], created=world.ago(1, 30))


def _rules():
    here = mirror.connection()
    for vendor_id, (name, channel, _) in surveys.TEMPLATES.items():
        MessageTemplate.objects.create(
            connection=here,
            vendor_id=vendor_id,
            name=name,
            channel=channel,
            is_default=vendor_id in surveys.FIRST_CHOICE,
        )
    SurveyRule.objects.create(account=None)
    # A vet's customer comes twice a month, and nobody wants a text message at supper.
    vets = ClientAccount.objects.get(name=list(cast.ACCOUNTS)[-1])
    MessageTemplate.objects.create(
        connection=here, vendor_id=surveys.MISTYPED, name="Is your pet well?", channel="sms", account=vets
    )
    SurveyRule.objects.create(account=vets, cool_down_days=14, quiet_from=time(19), delay_minutes=60)


def _invitations(now, admin):
    """One that waits and one that has run out. Their links are known to nobody: they can be sent again."""
    for address, name, days in (("nora.lind@demo.test", "Nora Lind", 2), ("ivo.brandt@demo.test", "Ivo Brandt", 9)):
        sent = now - timedelta(days=days)
        one = Invitation.objects.create(
            email=address, name=name, digest=token_digest(secrets.token_urlsafe(32)), invited_by=admin,
            created_at=sent, sent_at=sent, expires_at=sent + timedelta(days=7),
        )  # fmt: skip
        one.locations.set(Location.objects.filter(name__in=("Riverside", "Lakeside")))
