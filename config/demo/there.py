"""What FeedbackAPI has in the demo, as it would list it: plain objects, by resource.

Keys, their order and their kinds are those of its page: our rows are made from these by the same code that reads
its lists, and the sandbox is filled with them, so the first real reading finds nothing new.
"""

import random
import string
from collections import defaultdict
from datetime import timedelta

from config.demo import cast, words
from customers import names

DAYS_OF_REVIEWS = 270


class There:
    """FeedbackAPI's lists, with ids of this world's own: another world in the same sandbox is another one."""

    def __init__(self, now, seed):
        self.now = now
        self.dice = random.Random(f"feedbackapi {seed} {now.isoformat()}")  # noqa: S311  (a story, not a secret)
        self.rows = defaultdict(list)
        self._ids = set()

    def id(self):
        while (made := "".join(self.dice.choices(string.ascii_letters + string.digits, k=6))) in self._ids:
            pass
        self._ids.add(made)
        return made

    def add(self, resource, created, **values):
        """One object; gives its id."""
        made = {"id": self.id(), "created": _unix(created), **values}
        self.rows[resource].append(made)
        return made["id"]

    def ago(self, least, most):
        """A moment so many days ago."""
        return self.now - timedelta(seconds=self.dice.randint(int(least * 86_400), int(most * 86_400)))


def _unix(at):
    return int(at.timestamp())


def account(there, name, places, users):
    limits, nth = cast.LIMITS[name], len(there.rows["accounts"])
    created = there.now - timedelta(days=700 - 90 * nth)  # the first is the one that all is made in
    return there.add("accounts", created, name=name, active=True, **limits, active_locations=places, active_users=users)


def location(there, name):
    lines = dict(zip(("address_line_1", "address_line_2", "address_line_3"), cast.ADDRESSES[name][:3], strict=True))
    postal_code, country = cast.ADDRESSES[name][3:]
    return there.add(
        "locations", there.ago(300, 480), name=name, **lines, postal_code=postal_code, country_code=country
    )


def user(there, email, name, type, last_access):
    seen = _unix(there.now - last_access) if last_access else False
    return there.add("users", there.ago(60, 250), name=name, email=email, type=type, status="active", last_access=seen)


def customer(there, name, email, mobile, country, locations, opt_out=False, created=None):
    first, last = names.split(name)
    return there.add(
        "customers", created or there.ago(60, 200), email=email or None, mobile_number=mobile or None,
        fname=first or None, sname=last or None, last_sms=None, last_email=None, country_code=country, invalid=False,
        opt_out=opt_out, locations=list(locations),
    )  # fmt: skip


def request(there, survey, person, place):
    """A request with its answer, and what both did to the customer. `person`: the customer's object."""
    code = there.id()
    made = there.add(
        "feedback-request", survey.asked_at, due=_unix(survey.asked_at), updated=_unix(survey.changed_at),
        subscriber=person["id"], template=survey.template, location=place, type=survey.type,
        message_opened=survey.type == "email" and survey.happens in ("opened", "clicked", "answered", "spam"),
        message_clicked=survey.happens in ("clicked", "answered"), message_bounced=survey.happens == "bounced",
        bounce_reason="mailbox unavailable" if survey.happens == "bounced" else None,
        spam_complaint=survey.happens == "spam", full_url=f"https://feedback-url.com/{code}/",
        branded_url=f"https://your-domain.com/fb/{code}/", feedback=None,
    )  # fmt: skip
    if survey.type != "suppressed":
        person[f"last_{survey.type}"] = _unix(survey.asked_at)
    person["invalid"] = person["invalid"] or survey.happens == "bounced"
    person["opt_out"] = person["opt_out"] or survey.happens == "spam"
    if survey.happens == "answered":
        answer(there, survey.changed_at, survey.metric, survey.score, place, person, survey.comments, survey.platform)
        there.rows["feedback-request"][-1]["feedback"] = there.rows["feedback"][-1]
    return made


def answer(there, at, metric, score, place, person=None, comments=None, platform=None, campaign=None):
    person = person or {}
    scores = {name: score if name == metric else None for name in ("nps", "star-rating", "happy")}
    name = names.joined(person.get("fname"), person.get("sname"))
    return there.add(
        "feedback", at, type=metric, **{"nps-score": scores["nps"], "star-rating": scores["star-rating"]},
        happy=scores["happy"], comments=comments, platform_name=platform, subscriber=person.get("id"),
        subscriber_name=name or None, subscriber_email=person.get("email"), location=place, campaign=campaign,
        campaign_step="o4eWWf" if campaign else None,
    )  # fmt: skip


def kiosk(there, places, count=14):
    """Answers nobody asked for by name: from a tablet at the front desk, through a campaign of FeedbackAPI's own."""
    for _ in range(count):
        stars = there.dice.choices((5, 4, 3, 2, 1), (50, 25, 10, 8, 7))[0]
        comments = there.dice.choice(words.COMMENTS) if stars < 3 else None
        place = there.dice.choice(places)
        answer(there, there.ago(0.1, 21), "star-rating", stars, place, comments=comments, campaign="gse4Ry")


def reviews(there, places, per_place=(9, 16), strangers_place=None):
    """Months of public reviews for each place, and one for a location that is not among ours."""
    for place in places:
        for _ in range(there.dice.randint(*per_place)):
            review(there, place, there.ago(0.2, DAYS_OF_REVIEWS if there.dice.random() < 0.7 else 12))
    if strangers_place:
        review(there, strangers_place, there.ago(2, 5), stars=2)


def review(there, place, at, stars=None):
    dice = there.dice
    stars = stars or dice.choices((5, 4, 3, 2, 1), (56, 20, 9, 8, 7))[0]
    platform, name, url = dice.choice(words.PLATFORMS)
    title, text = dice.choice(words.REVIEWS[stars])
    number = len(there.rows["reviews"]) + 1
    there.add(
        "reviews", at, title=title, description=text, location=place, platform=platform, platform_name=name,
        rating=stars - 0.5 if stars > 1 and dice.random() < 0.1 else stars, url=f"{url}{number}",
        reviewer_name=dice.choice(words.REVIEWERS) if dice.random() < 0.93 else None,
        reviewer_image=f"https://images.example.com/{number}.jpg" if dice.random() < 0.3 else None,
        reviewer_url=f"{url}people/{number}" if dice.random() < 0.3 else None,
    )  # fmt: skip
