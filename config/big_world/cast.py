"""Where the made-up calls belong: businesses, their places, and how the people of the centre see them."""

from dataclasses import dataclass

# Each with a clock of its own kind: daylight saving on two sides of an ocean, none at all, and half an hour off.
ZONES = (
    ("America/New_York", "US"),
    ("America/Los_Angeles", "US"),
    ("America/Phoenix", "US"),
    ("Europe/London", "GB"),
    ("Asia/Kolkata", "IN"),
)
ACCOUNTS = (
    "Larkfield Dental", "Juniper Eye Care", "Copper Hill Motors", "Saltmarsh Hotels", "Brightwater Energy",
    "Fernside Veterinary", "Quarry Lane Homes", "Windmill Travel",
)  # fmt: skip
PLACES_EACH = 5
QUARTERS = ("North", "Old Town", "Station", "Harbour", "Park")
AGENTS = 120
PLACES_OF_AN_AGENT = 10
# Of how many places a supervisor is a member; None: they see all.
SUPERVISORS = (None, None, 15, 8, 3, 1)

FIRST_NAMES = (
    "Amara", "Bela", "Carla", "Dario", "Edith", "Farid", "Greta", "Hamid", "Ivana", "Jorge", "Keiko", "Lars", "Mina",
    "Nadia", "Otto", "Paula", "Quentin", "Rosa", "Stefan", "Talia", "Umar", "Vera", "Wanda", "Xavier", "Yara", "Zeno",
    "Álvaro", "Björn", "Çelik", "Đorđe", "Émilie", "Łucja", "Ólafur", "Søren", "Žofia", "Ирина", "Νίκος", "Noor",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Bakker", "Castillo", "Dvorak", "Eriksen", "Fontaine", "Gruber", "Hashimoto", "Ibrahim", "Jovanović",
    "Kaplan", "Lindgren", "Marchetti", "Nakamura", "Oduya", "Petrov", "Quiroga", "Rahman", "Silva", "Takács", "Ueda",
    "Vasquez", "Whitlock", "Yilmaz", "Zhang", "O'Shea", "van Dijk", "de la Cruz", "MacLeod", "Ødegård", "Müller",
)  # fmt: skip
LANGUAGES = ("en", "en", "en", "en", "es", "fr", "de", "hi", "pt")

NOTES = (
    "Wants the invoice sent again by e-mail.", "Asked for a morning appointment.", "Will think about it until Friday.",
    "The line crackled from the second minute on.", "Had called twice before about the same thing.",
    "Moved house; the new address is noted.", "Prefers a text message.", "Very friendly.", "In a hurry.",
    "Asked who gave us the number.", "A neighbour picked up.", "Wants to speak to a manager about the refund.",
    "Rescheduled to next week.", "Asked for prices of the yearly plan.", "Complained about the waiting time.",
    "Explained the warranty; all clear now.", "Voice broke up; had to repeat everything.", "Language barrier.",
    "Called from work, keep it short.", "Would recommend us to a friend.", "Cancelled the order of last month.",
    "Asked to be called after six.", "Needs the form in large print.", "Confirmed date of birth and address.",
)  # fmt: skip
TOPICS = ("Appointment", "Invoice", "Delivery", "Complaint", "New contract", "Technical help")
COMMENTS = (
    "I had to explain everything twice.", "Nobody called me back.", "Too long on hold.", "The sound was terrible.",
    "I was promised Tuesday.", "The price was not what I was told.", "Rude at the end.", "Still not solved.",
)  # fmt: skip
PLATFORMS = (
    ("dfar5V", "The Review Site", "https://thereview.site/reviews/"),
    ("acMe99", "Acme Reviews", "https://acme-reviews.example/r/"),
    ("nEar01", "Near and Good", "https://near-and-good.example/p/"),
)
PRAISE = (
    "On time, kind and clear.", "I was in and out in half an hour.", "They remembered me.", "Fair prices.",
    "Called back within the hour.", "Everything explained twice without a sigh.", "Would come again.",
)  # fmt: skip
# id at the survey system: name, channel, what it asks for.
TEMPLATES = (
    ("wNps01", "Would you recommend us? (0 to 10)", "email", "nps"),
    ("wSta01", "Stars by text", "sms", "stars"),
    ("wHap01", "Are you happy?", "email", "happy"),
)


@dataclass(frozen=True)
class Place:
    """A location: `weight` is its share of the calls, `liked` how its customers see it (0.5 is nothing special), and
    `falls` how much of that it loses in the last two months."""

    name: str
    account: int
    zone: str
    country: str
    weight: float
    liked: float
    falls: float = 0.0


def places():
    """All of them, account by account."""
    return [
        _place(account, number, account * PLACES_EACH + number)
        for account in range(len(ACCOUNTS))
        for number in range(PLACES_EACH)
    ]


def _place(account, number, index):
    zone, country = ZONES[(account + number) % len(ZONES)]
    name = f"{ACCOUNTS[account].split()[0]} {QUARTERS[number]}"
    weight = 1 / (1 + index % 7)  # a few large ones, many small ones
    return Place(name, account, zone, country, weight, 0.5 + (index * 37 % 11 - 5) / 40, 0.25 if index % 13 == 4 else 0)


def name_of(index):
    """A person's name by a number; they repeat, as names do."""
    first, last = FIRST_NAMES[index % len(FIRST_NAMES)], LAST_NAMES[index // 7 % len(LAST_NAMES)]
    return f"{first} {last}"
