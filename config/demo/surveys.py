"""Which calls of the story were followed by a request for feedback, and what came of each. Plain values."""

import random
from dataclasses import dataclass
from datetime import timedelta

from config.demo import cast, words
from config.demo.sign_ins import email
from feedback.choices import Outcome

# id at FeedbackAPI: (name, channel, metric). The API cannot list templates; the first two ids are its page's.
TEMPLATES = {
    "dfar5V": ("After a visit: are you happy?", "email", "happy"),
    "nPsM41": ("Would you recommend us? (0 to 10)", "email", "nps"),
    "sTaM51": ("Stars for your visit", "email", "star-rating"),
    "iF56sC": ("Stars by text", "sms", "star-rating"),
    "nPsT42": ("Would you recommend us? by text", "sms", "nps"),
}
MISTYPED = "hApT26"  # two digits changed places: FeedbackAPI knows no such template, and a delivery waits for a person
FIRST_CHOICE = {"dfar5V", "iF56sC"}  # proposed first, one a channel
ASKS_EARLIEST = timedelta(minutes=4)  # after the wrap-up was saved: the delivery and the vendor's own queue
OFTEN = 0.2  # of the calls that may be followed: over three weeks that asks two in three customers, once each
ANSWERS_WITHIN = 30 * 60  # minutes
# The demo's supervisor has unhappy customers to deal with: who answered so many hours ago.
WATCHED = next(one.locations for one in cast.PEOPLE if one.email == email("supervisor"))
UNHAPPY_AGO = (53, 30, 20, 9, 2)


@dataclass
class PastSurvey:
    """A request that followed a call of the story. `happens`: answered, clicked, opened, silent, bounced, spam."""

    call: int  # its place in the story
    customer: int  # its place in the cast
    template: str
    link_only: bool = False
    happens: str = "silent"
    score: object = None
    comments: str | None = None
    platform: str | None = None
    asked_at: object = None
    changed_at: object = None

    @property
    def channel(self):
        return TEMPLATES[self.template][1]

    @property
    def metric(self):
        return TEMPLATES[self.template][2]

    @property
    def type(self):
        """The vendor's word."""
        return "suppressed" if self.link_only else self.channel


def tell(now, story, askable, seed):
    """PastSurveys, oldest first. `askable`: place in the cast → the channels by which that customer can be asked."""
    dice, asked, told = random.Random(f"surveys {seed}"), set(), []  # noqa: S311  (a story, not a secret)
    for index, call in enumerate(story):
        if call.customer in asked or not _is_followed(call, now) or dice.random() > OFTEN:
            continue
        if channels := askable.get(call.customer):
            asked.add(call.customer)
            told.append(_survey(dice, now, index, call, dice.choice(channels)))
    _see_to_it_that_all_happens(told, now)
    return told


def _is_followed(call, now):
    return call.outcome == Outcome.REACHED and not call.timed_out and call.at < now - timedelta(hours=2)


def _survey(dice, now, index, call, channel):
    template = dice.choice([name for name, (_, by, _) in TEMPLATES.items() if by == channel])
    survey = PastSurvey(index, call.customer, template, link_only=dice.random() < 0.06)
    survey.asked_at = call.saved_at + timedelta(seconds=dice.randint(1, 5))
    ways = ["answered"] * 12 + ["clicked"] * 3 + ["silent"] * 4 + ["opened"] * (3 if survey.type == "email" else 0)
    survey.happens = dice.choice(ways)
    within = min(timedelta(minutes=dice.randint(6, ANSWERS_WITHIN)), now - survey.asked_at - timedelta(minutes=5))
    survey.changed_at = survey.asked_at + (ASKS_EARLIEST if survey.happens == "silent" else within)
    if survey.happens == "answered":
        _answer(dice, survey)
    return survey


def _answer(dice, survey):
    stars = dice.choices((5, 4, 3, 2, 1), (50, 20, 10, 11, 9))[0]
    scores = {"happy": stars > 3, "nps": max(0, stars * 2 - dice.randrange(2)), "star-rating": stars}
    survey.score = scores[survey.metric]
    if stars < 4:
        survey.comments = dice.choice(words.COMMENTS) if dice.random() < 0.8 else None
    elif dice.random() < 0.5:
        survey.platform = dice.choice(words.PLATFORMS)[1]


def _see_to_it_that_all_happens(told, now):
    """An e-mail that came back, one that was reported as spam, unhappy ones to deal with: rare, and here to see."""
    at_theirs = [one for one in told if one.happens == "answered" and cast.location_of(one.customer) in WATCHED]
    for survey, comments, ago in zip(at_theirs[-len(UNHAPPY_AGO) :], words.COMMENTS, UNHAPPY_AGO, strict=False):
        bad = {"happy": False, "nps": 3, "star-rating": 2}
        survey.score, survey.comments, survey.platform = bad[survey.metric], comments, None
        survey.changed_at = max(now - timedelta(hours=ago), survey.asked_at + ASKS_EARLIEST)
    plain = [survey for survey in told if survey.type == "email" and survey.happens in ("silent", "clicked", "opened")]
    for survey, happens in zip(plain, ("bounced", "spam"), strict=False):
        survey.happens, survey.changed_at = happens, survey.asked_at + timedelta(minutes=9)
