"""What a file of customers may tell."""

import re

from accounts import timezones
from customers import countries
from customers.imports.errors import Odd
from customers.imports.kinds import PLACE, TEXT, WORD, YES_NO, Field, words

_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+")
OUT = words(
    "yes, y, true, 1, opted out, opt out, optout, unsubscribed, out, suppressed, blocked, stop, do not contact, x"
)
IN = words("no, n, false, 0, opted in, opt in, optin, subscribed, in, active")

FIELDS = (
    Field("name", "Name", TEXT, words("name, full name, customer name, customer, contact name, contact, display name")),
    Field("first", "First name", TEXT, words("first name, firstname, fname, given name, forename, first")),
    Field("last", "Last name", TEXT, words("last name, lastname, sname, surname, family name, last")),
    Field(
        "phone",
        "Phone number",
        TEXT,
        words(
            "phone number, phone, mobile number, mobile, mobile phone, cell, cell phone, telephone, tel, number, "
            "customer phone, contact number"
        ),
        help="In any spelling; kept with + and its country code.",
        limit=60,
    ),
    Field(
        "email", "E-mail", TEXT, words("email, e mail, email address, e mail address, mail, customer email"), limit=254
    ),
    Field(
        "contact",
        "Contact id in the CRM",
        TEXT,
        words("contact id, crm id, customer id, out contact id, external id, id, customer number"),
        limit=64,
    ),
    Field(
        "country", "Country", TEXT, words("country code, country, iso country"), help="Its two letters, or its name."
    ),
    Field("language", "Language", TEXT, words("language, lang, locale"), limit=10),
    Field("zone", "Time zone", TEXT, words("time zone, timezone, tz"), help="Like Europe/Lisbon.", limit=64),
    Field(
        "location",
        "Location",
        PLACE,
        words("location, location name, site, branch, store, office"),
        help="Names of locations as they are called here.",
    ),
    Field(
        "opted_out",
        "Opted out",
        WORD,
        words("opted out, opt out, optout, unsubscribed, suppressed, subscription status, marketing status"),
        help="Who has opted out here stays so, whatever the file says.",
        words={True: OUT, False: IN},
    ),
    Field(
        "do_not_call",
        "Do not call",
        YES_NO,
        words("do not call, dnc, donotcall, no calls"),
        help="Yes puts the number on the do-not-call list for everybody; nothing takes it off.",
    ),
)


def check(columns, options):
    """{field: sentence} of what is missing."""
    if columns.keys() & {"name", "first", "last", "phone", "email"}:
        return {}
    return {"name": "Say which column has the name, the number or the e-mail address."}


def email_of(text):
    """The address, "" for none, or an Odd."""
    text = text.removeprefix("mailto:").strip() if text else ""
    if not text or _EMAIL.fullmatch(text):
        return text
    return Odd(f"“{text[:40]}” is no e-mail address")


def country_of(text):
    """Its two letters, "" for none, or an Odd."""
    if not text or countries.is_known(text.upper()):
        return (text or "").upper()
    found = [code for code, name in countries.names().items() if name.casefold() == text.casefold()]
    return found[0] if found else Odd(f"“{text[:40]}” is no country: write its two letters, like PT or US")


def zone_of(text):
    """The zone's name, "" for none, or an Odd."""
    if not text or timezones.is_known(text):
        return text or ""
    return Odd(f"There is no time zone “{text[:40]}”")
