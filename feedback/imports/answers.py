"""Survey answers that were given elsewhere."""

from customers.imports.errors import Odd
from feedback.choices import FeedbackKind, FeedbackSource
from feedback.imports.copied import NO_DATE, Copied
from feedback.models import Feedback
from integrations.text import cut

NO_ANSWER = "It has no score and no words"
SOURCE = FeedbackSource.FILE.value


class Answers(Copied):
    model = Feedback
    said = (
        "source", "kind", "left_at", "nps_score", "star_rating", "happy", "comments", "customer_id", "location_id",
        "vendor_location", "subscriber_name", "subscriber_email",
    )  # fmt: skip
    blanks = said[said.index("nps_score") :]
    moment = 2

    def as_said(self, read, dry):
        texts = {text: self.numbers.read(text or "") for text in set(read.column("phone"))}
        numbers = self.numbers.rows((one for one in texts.values() if one.__class__ is str), dry)
        customers = self.callers.of(numbers, read.column("email"))
        names = ("date", "time", "nps", "stars", "happy", "comments", "name", "email", "phone", "location")
        rows, rejected = [], {}
        for number, key, *cells in zip(read.numbers, read.keys, *map(read.column, names), strict=True):
            date, time, nps, stars, happy, comments, name, email, phone, place = cells
            location, why = self.places.of(place)
            kind = _kind(nps, stars, happy, comments)
            if texts[phone].__class__ is Odd:
                why = why or texts[phone].why
            if date is None or why or not kind:
                rejected[number] = NO_DATE if date is None else why or NO_ANSWER
                continue
            customer = customers.of(numbers.get(texts[phone]), email)
            lost = cut(place, 100) if place and location is None else ""
            said = (nps, stars, happy, comments or "", customer, location, lost, name or "", email or "")
            rows.append((key, (SOURCE, kind, self.at(date, time, location), *said)))
        return rows, rejected


def _kind(nps, stars, happy, comments):
    """What sort of answer a row is: by the first of its scores that was given."""
    for value, kind in ((nps, FeedbackKind.NPS), (stars, FeedbackKind.STARS), (happy, FeedbackKind.HAPPY)):
        if value is not None:
            return kind.value
    return FeedbackKind.OTHER.value if comments else ""
