"""Who and what is in the demo world. Every number is one reserved for fiction.

The locations lie so that, at any hour of the day, it is daytime at one of them and somebody may be called.
"""

from dataclasses import dataclass

from accounts.choices import Role
from config.demo.sign_ins import email

ACCOUNTS = {
    "Northwind Dental": {
        "Riverside": "America/New_York",
        "Lakeside": "America/Chicago",
        "Harbor": "America/Los_Angeles",
    },
    "Blue Oak Veterinary": {"Ala Moana": "Pacific/Honolulu", "Kingsway": "Europe/London"},
}
KEEPS_HOURS = "Blue Oak Veterinary"  # calls its customers from 9 to 19 and not on Sundays

# What FeedbackAPI keeps of them. The limits leave room for a location more and a person more, and not for many.
LIMITS = {
    "Northwind Dental": {"max_locations": 4, "max_users": 5, "max_campaigns": 3, "sms_allowance": 250},
    "Blue Oak Veterinary": {"max_locations": 10, "max_users": None, "max_campaigns": 1, "sms_allowance": None},
}
# name: three lines, postal code, country. No house stands there.
ADDRESSES = {
    "Riverside": ("14 Mill Lane", "New York", "NY", "10001", "US"),
    "Lakeside": ("230 Shore Drive", "Chicago", "IL", "60601", "US"),
    "Harbor": ("9 Pier Street", "Los Angeles", "CA", "90012", "US"),
    "Ala Moana": ("77 Palm Walk", "Honolulu", "HI", "96814", "US"),
    "Kingsway": ("3 Chapel Yard", "London", None, "WC2B 6AA", "GB"),
}
REVIEW_PROFILES = ("https://thereview.site/places/{}", "https://near-and-good.example/p/{}")


@dataclass(frozen=True)
class Person:
    """Somebody who signs in. `locations` empty: all of them."""

    email: str
    name: str
    role: Role
    time_zone: str
    locations: tuple = ()


PEOPLE = (
    Person(
        email("agent"),
        "Ada Lindqvist",
        Role.AGENT,
        "America/New_York",
        ("Riverside", "Harbor", "Ala Moana", "Kingsway"),
    ),
    Person("agent2@demo.test", "Ben Osei", Role.AGENT, "America/Chicago", ("Riverside", "Lakeside")),
    Person("agent3@demo.test", "Chiara Moretti", Role.AGENT, "America/Los_Angeles", ("Harbor", "Ala Moana")),
    Person(
        email("supervisor"), "Sofia Marchetti", Role.SUPERVISOR, "America/New_York", ("Riverside", "Lakeside", "Harbor")
    ),
    Person(email("admin"), "Tomasz Adler", Role.ADMIN, "America/New_York"),
)

CALLER_IDS = ["+12125550190", "+12125550191", "+12015550123"]
LEASED = ["+12125550180", "+12125550181"]  # of the sandbox's TeleSign, which shows no other number
OUTSIDE_NEW_YORK = "+12015550123"

# Name and language, in the order of their numbers: the first has +1 212 555 0100, and so on. Every
# location gets each fifth of them.
CUSTOMERS = (
    ("Marta Oliveira", "pt"), ("Jonas Becker", "de"), ("Aiko Tanaka", "ja"), ("Liam O'Connor", "en"),
    ("Fatima Zahra Benali", "ar"), ("Diego Hernández", "es"), ("Chloé Dubois", "fr"), ("Olena Kovalenko", "uk"),
    ("Grace Mbeki", "en"), ("Γιώργος Παπαδόπουλος", "el"), ("Nguyễn Thị Hoa", "vi"), ("Samuel Okafor", "en"),
    ("Åsa Björkman", "sv"), ("Priya Raghunathan", "en"), ("王小明", "zh"), ("Isabella Rossi", "it"),
    ("Ewa Wiśniewska", "pl"), ("Michael Chen", "en"), ("Søren Kjærgaard", "da"), ("Anna Müller", "de"),
    ("Carlos Ramírez Soto", "es"), ("김민준", "ko"), ("Hannah Goldberg", "en"), ("Дмитрий Соколов", "ru"),
    ("Amélie Lefèvre", "fr"), ("Thandiwe Dlamini", "en"), ("João Pedro Santos", "pt"), ("Emma van der Berg", "nl"),
    ("Yusuf Demir", "tr"), ("Rebecca Stone", "en"), ("Ingrid Haugen", "nb"), ("Lucía Fernández", "es"),
    ("Peter Novák", "cs"), ("Mei-Ling Wu", "zh"), ("Daniel Kim", "en"), ("Nora Szabó", "hu"),
    ("Omar Haddad", "ar"), ("Valentina Cruz", "es"), ("Tomás Ó Briain", "en"), ("Katarzyna Zielińska", "pl"),
    ("Ravi Patel", "en"), ("Sakura Yamamoto", "ja"), ("Elias Lindholm", "fi"), ("Gabriela Popescu", "ro"),
    ("Joseph Adeyemi", "en"), ("Camille Moreau", "fr"), ("Hugo Martínez", "es"), ("Zoe Anastasiou", "el"),
    ("Arthur Whitfield", "en"), ("Leila Farahani", "fa"), ("Matteo Bianchi", "it"), ("Beatriz Almeida", "pt"),
    ("Noah Schmidt", "de"), ("Dorothy Hale", "en"), ("Linh Trần", "vi"), ("Pavel Dvořák", "cs"),
    ("Maya Johansson", "sv"), ("Ricardo Vargas", "es"), ("Eleanor Shellstrop", "en"), ("Igor Petrov", "ru"),
)  # fmt: skip
SAME_LINE = {"Jonas Becker": "Anna Müller", "Rebecca Stone": "Dorothy Hale"}  # two people, one telephone
WITHOUT_NUMBER = {"Igor Petrov"}
OPTED_OUT = {"Ewa Wiśniewska", "Hugo Martínez", "Eleanor Shellstrop"}
DEAD_LINES = {"Peter Novák", "Leila Farahani"}  # no longer in service
OTHERS_ANSWER = {"Elias Lindholm", "Ricardo Vargas"}  # the number belongs to somebody else now
NEVER_CALL = {"Arthur Whitfield": "Asked in writing not to be called by anybody"}

# Of those, FeedbackAPI has not: who shares a line (it knows each number once), who has no address, and a few whom
# nobody has told it of.
NOT_THERE = {*SAME_LINE, *WITHOUT_NUMBER, "Arthur Whitfield", "Omar Haddad", "Maya Johansson", "Emma van der Berg"}
# Known at FeedbackAPI and to nobody here who would call them: name, e-mail, place; the last has no name there.
ONLY_THERE = (
    ("Philippa Grey", "philippa.grey2@example.com", "Riverside"),
    ("Kwame Boateng", "kwame.boateng0@example.com", "Lakeside"),
    ("Ines Carvalho", "ines.carvalho1@example.com", "Harbor"),
    ("Tuomas Niemi", "tuomas.niemi3@example.com", "Kingsway"),
    ("", "walk-in.4411@example.com", "Ala Moana"),
)
# Who signs in at FeedbackAPI's own console: e-mail, name, type, days since they were last there (None: never).
CONSOLE = (
    ("tomasz.adler@demo.test", "Tomasz Adler", "standard", 1),
    ("office@northwind.example", "Front office", "restricted", 12),
    ("mara.blum@northwind.example", "Mara Blum", "standard", None),
)
CONSOLE_INVITED = "vets@blue-oak.example"


def number_of(place):
    """The number of the customer at this place in the list: 0 → "+12125550100"."""
    return f"+121255501{place:02d}"


def location_of(place):
    """The location of the customer at this place in the list."""
    names = [name for locations in ACCOUNTS.values() for name in locations]
    return names[place % len(names)]
