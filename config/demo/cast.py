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


def number_of(place):
    """The number of the customer at this place in the list: 0 → "+12125550100"."""
    return f"+121255501{place:02d}"


def location_of(place):
    """The location of the customer at this place in the list."""
    names = [name for locations in ACCOUNTS.values() for name in locations]
    return names[place % len(names)]
