"""Any number of believable records at once: the same seed into an empty state gives the same ones.

Stamps lie in the two years before `until`; many are alone, some share their second with a few
others, and of five hundred or more at least a hundred and fifty share one, as an import leaves them.
"""

import random
import re
from unicodedata import normalize

from integrations.sandbox.faults import Wrong
from integrations.sandbox.feedbackapi import tables, words
from integrations.sandbox.feedbackapi.fates import TEMPLATES
from integrations.sandbox.feedbackapi.happening import full_name
from integrations.sandbox.feedbackapi.shapes import CUSTOMERS, LOCATIONS, SHAPES

# Each kind needs those before it.
ORDER = ("accounts", "users", "locations", "customers", "reviews", "feedback", "feedback-request")
MOST = 2_000_000  # records of one kind in one go; a memory is not endless
_SPAN = 2 * 365 * 86_400  # seconds before `until` that stamps lie in
_DAY = 86_400
_IMPORT = 150  # more than the largest page, so that one second does not fit on it
_BURSTS, _WEIGHTS = (1, 3, 25), (96, 3, 1)
# 555 numbers of these area codes: 10,000 each, and nobody's.
_AREAS = (212, 339, 415, 617, 206, 312, 713, 404, 305, 602, 503, 702, 303, 614, 919, 816, 504, 901, 615, 412)
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def fill(world, counts, seed=0, until=None):
    """Create `counts` ({resource: number}); returns how many of each. Raises faults.Wrong."""
    _checked(counts)
    rng = random.Random(f"fill {seed}")
    until = int(world.now().timestamp()) if until is None else until
    for resource in ORDER:
        if counts.get(resource):
            Maker(world.store, rng, until).add(resource, stamps(rng, counts[resource], until))
    return {resource: counts[resource] for resource in ORDER if resource in counts}


def _checked(counts):
    if unknown := sorted(set(counts) - set(ORDER)):
        raise Wrong(f"Unknown resource “{unknown[0]}”. Known: {', '.join(ORDER)}.")
    for resource, number in counts.items():
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST:
            raise Wrong(f"“{resource}” must be a whole number from 0 to {MOST:,}.")


def stamps(rng, count, until):
    """`count` times of creation (unix seconds), oldest first."""
    made = [until - rng.randrange(_SPAN)] * (_IMPORT if count >= 500 else 0)
    while len(made) < count:
        made += [until - rng.randrange(_SPAN)] * rng.choices(_BURSTS, _WEIGHTS)[0]
    return sorted(made[:count])


class Maker:
    """Makes records of any resource, knowing those that are there already."""

    def __init__(self, store, rng, until):
        self._store, self._rng, self._until = store, rng, until
        self._locations = [row["id"] for row in tables.select(store, LOCATIONS)]
        self._people = None
        self._makers = {
            "accounts": self._account, "users": self._user, "locations": self._location, "customers": self._customer,
            "reviews": self._review, "feedback": self._feedback, "feedback-request": self._request,
        }  # fmt: skip

    def add(self, resource, created):
        """Keep one record for each time in `created`; returns their ids."""
        shape = SHAPES[resource]
        taken = {number for (number,) in self._store.sql(f"SELECT id FROM {shape.table}")}
        first = self._store.sql(f"SELECT coalesce(max(n), 0) + 1 FROM {shape.table}")[0][0]
        numbers = [self._id(taken) for _ in created]
        self._accounts = [number for (number,) in self._store.sql(
            f"SELECT id FROM {SHAPES['accounts'].table} WHERE listed = 1 ORDER BY n")]  # fmt: skip
        make = self._makers[resource]
        rows = zip(numbers, created, strict=True)
        tables.insert(
            self._store, shape, ({"id": i, "created": at} | make(n, at) for n, (i, at) in enumerate(rows, first))
        )
        return numbers

    def _id(self, taken):
        while (number := "".join(self._rng.choices(_LETTERS, k=6))) in taken:
            pass
        taken.add(number)
        return number

    def _later(self, at):
        return min(at + self._rng.randrange(_DAY), self._until)

    def _name(self):
        return self._rng.choice(words.FIRST), self._rng.choice(words.LAST)

    def _often(self, share):
        return self._rng.random() < share

    def _account(self, n, at):
        rng = self._rng
        unlimited = n == 1  # it is the one all is made in: that must stay possible
        return {
            "name": f"{rng.choice(words.LAST)} and {rng.choice(('Son', 'Daughter', 'Partners'))} {n}", "active": True,
            "max_locations": None if unlimited else rng.choice((None, 100, 500)),
            "max_users": None if unlimited else rng.choice((None, 100, 500)),
            "max_campaigns": rng.choice((None, 1, 3, 10)),
            "sms_allowance": None if unlimited else rng.choice((None, 100, 2000, 5000)),
            "verb": rng.choice(("use", "visit")),
        }  # fmt: skip

    def _owner(self):
        """The account of a location or user: mostly the first one, if there is any."""
        if not self._accounts:
            return None
        return self._rng.choice(self._accounts) if self._often(0.2) else self._accounts[0]

    def _user(self, n, at):
        first, last = self._name()
        return {
            "name": f"{first} {last}", "email": f"{_plain(first)}.{_plain(last)}.{n}@staff.example.com",
            "type": "restricted" if self._often(0.2) else "standard", "status": "active",
            "last_access": self._later(at) if self._often(0.7) else False, "account": self._owner(),
        }  # fmt: skip

    def _location(self, n, at):
        rng = self._rng
        city, third, code, country = rng.choice(words.CITIES)
        return {
            "name": f"{city} {rng.choice(words.KINDS)} {n}", "postal_code": code, "country_code": country,
            "address_line_1": f"{rng.randrange(1, 200)} {rng.choice(words.STREETS)}",
            "address_line_2": city, "address_line_3": third, "account": self._owner(),
        }  # fmt: skip

    def _customer(self, n, at):
        (first, last), die = self._name(), self._rng.random()
        british = die < 0.1
        number = f"+447700{n % 1_000_000:06d}" if british else _american(n)
        emailed = die < 0.85 or number is None
        return {
            "email": f"{_plain(first)}.{_plain(last)}.{n}@example.com" if emailed else None,
            "mobile_number": None if 0.7 < die < 0.8 else number,
            "fname": None if die > 0.97 else first, "sname": None if die > 0.98 else last,
            "country_code": "GB" if british else "US",
            "last_sms": self._later(at) if self._often(0.3) else None,
            "last_email": self._later(at) if emailed and self._often(0.3) else None,
            "invalid": self._often(0.03), "opt_out": self._often(0.04), "locations": self._some_locations(),
        }  # fmt: skip

    def _some_locations(self):
        if not self._locations:
            return []
        return list(dict.fromkeys(self._rng.choice(self._locations) for _ in range(2 if self._often(0.15) else 1)))

    def _place(self):
        return self._rng.choice(self._locations) if self._locations else None

    def _review(self, n, at):
        rng = self._rng
        rating = rng.choices((5, 4, 3, 2, 1), (60, 20, 8, 5, 7))[0]
        platform, platform_name, url = rng.choice(words.PLATFORMS)
        titles, texts = words.REVIEWS[rating]
        return {
            "title": rng.choice(titles), "description": rng.choice(texts), "location": self._place(),
            "platform": platform, "platform_name": platform_name,
            "rating": rating - 0.5 if rating > 1 and rng.random() < 0.1 else rating, "url": f"{url}{n}",
            "reviewer_name": " ".join(self._name()) if self._often(0.9) else None,
            "reviewer_image": f"https://images.example.com/{n}.jpg" if self._often(0.3) else None,
            "reviewer_url": f"{url.rsplit('/', 2)[0]}/people/{n}" if self._often(0.3) else None,
        }  # fmt: skip

    def _somebody(self):
        """(id, first, last, e-mail) of a customer; four Nones when there is none."""
        if self._people is None:
            columns = "id, fname, sname, email"
            self._people = self._store.sql(f"SELECT {columns} FROM {CUSTOMERS.table} WHERE listed = 1 LIMIT 20000")
        return self._rng.choice(self._people) if self._people else (None, None, None, None)

    def _feedback(self, n, at):
        person = self._somebody() if self._often(0.95) else (None, None, None, None)
        campaign = self._often(0.6)
        return self._score(person) | {
            "location": self._place(), "campaign": "gse4Ry" if campaign else None,
            "campaign_step": self._rng.choice(("dfar5V", "o4eWWf")) if campaign else None,
        }  # fmt: skip

    def _score(self, person, metric=None):
        """The scores of one answer and whose it is. `csat` is the object's word for what lists call happy."""
        rng = self._rng
        stars = rng.choices((5, 4, 3, 2, 1), (55, 20, 10, 7, 8))[0]
        metric = metric or rng.choices(("star-rating", "nps", "happy", "csat"), (40, 30, 25, 5))[0]
        return {
            "type": metric,
            "nps-score": max(0, stars * 2 - rng.randrange(2)) if metric == "nps" else None,
            "star-rating": stars if metric == "star-rating" else None,
            "happy": stars > 3 if metric in ("happy", "csat") else None,
            "comments": rng.choice(words.COMMENTS) if stars < 4 and self._often(0.8) else None,
            "platform_name": rng.choice(words.PLATFORMS)[1] if stars > 3 and self._often(0.5) else None,
            "subscriber": person[0], "subscriber_name": full_name({"fname": person[1], "sname": person[2]}),
            "subscriber_email": person[3],
        }  # fmt: skip

    def _request(self, n, at):
        person, template = self._somebody(), self._rng.choice(list(TEMPLATES))
        channel, metric = TEMPLATES[template]
        email, die, place = channel == "email", self._rng.random(), self._place()
        code, later = f"{n:06d}", min(at + 300, self._until)
        bounced = email and die > 0.97
        feedback = self._answer(person, metric, place, later) if die < 0.3 else None
        return {
            "due": at, "updated": later, "subscriber": person[0], "template": template, "location": place,
            "type": channel, "message_opened": email and die < 0.7, "message_clicked": die < 0.4,
            "message_bounced": bounced, "bounce_reason": "mailbox unavailable" if bounced else None,
            "spam_complaint": email and 0.69 < die < 0.7, "sent": at, "feedback": feedback,
            "full_url": f"https://feedback-url.com/{code}/", "branded_url": f"https://your-domain.com/fb/{code}/",
        }  # fmt: skip

    def _answer(self, person, metric, place, at):
        number = "".join(self._rng.choices(_LETTERS, k=6))
        row = self._score(person, metric) | {"id": number, "created": at, "location": place}
        tables.insert(self._store, SHAPES["feedback"], [row])
        return number


def _american(n):
    """A number nobody else has; None once the fictional ones are used up."""
    if n >= len(_AREAS) * 10_000:
        return None
    area = _AREAS[n // 10_000]
    return f"+1{area}555{n % 10_000:04d}"


def _plain(name):
    """The letters of a name that an address can have."""
    return re.sub(r"[^a-z]", "", normalize("NFKD", name).lower()) or "x"
