"""The words of coaching."""

from django.db import models


class Why(models.TextChoices):
    """Why a call was picked. The order is that in which they are taken."""

    UNHAPPY = "unhappy", "Rated well, customer unhappy"
    OUTCOME = "outcome", "Outcome does not fit the talk"
    HAPPY = "happy", "Rated poorly, customer happy"
    WORST = "worst", "Worst rated"
    RANDOM = "random", "Drawn at random"
    BY_HAND = "by_hand", "Chosen by a supervisor"

    @property
    def meaning(self):
        return MEANINGS[self]


MEANINGS = {
    Why.UNHAPPY: "The agent rated the call 4 or more, and the customer’s answer about this very call was unhappy.",
    Why.OUTCOME: "Somebody was reached in five seconds of talk, or nobody was in a minute or more of it.",
    Why.HAPPY: "The agent rated the call 2 or less, and the customer’s answer about this very call was happy.",
    Why.WORST: "The lowest ratings of the agent’s week, below 4.",
    Why.RANDOM: "Drawn from the agent’s answered calls of the week, each with the same chance.",
    Why.BY_HAND: "A supervisor opened the call and picked it.",
}


class Stage(models.TextChoices):
    """How a picked call stands."""

    OPEN = "open", "To review"
    REVIEWED = "reviewed", "Reviewed"
    SKIPPED = "skipped", "Skipped"

    @property
    def tone(self):
        return {"open": "warn", "reviewed": "good"}.get(self.value, "")

    @property
    def icon(self):
        return {"open": "headphones", "reviewed": "check"}.get(self.value, "minus")


class Skill(models.TextChoices):
    """What went well, or what to work on."""

    OPENING = "opening", "Opening"
    LISTENING = "listening", "Listening"
    EXPLAINING = "explaining", "Explaining"
    SOLVING = "solving", "Solving it"
    TONE = "tone", "Tone"
    CLOSING = "closing", "Closing"
    WRAP_UP = "wrap_up", "Wrap-up fits the call"


class Score(models.IntegerChoices):
    """How the call was handled, as the supervisor sees it."""

    ONE = 1, "1, not as agreed"
    TWO = 2, "2, much to work on"
    THREE = 3, "3, fair"
    FOUR = 4, "4, good"
    FIVE = 5, "5, an example for others"
