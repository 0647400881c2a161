"""Public reviews as a file has them. Who wrote one is never tied to a customer: nothing in it can tell."""

from decimal import Decimal

from feedback.imports.copied import NO_DATE, Copied
from feedback.models import Review
from integrations.text import cut


class Reviews(Copied):
    model = Review
    said = (
        "written_at", "rating", "title", "description", "platform", "reviewer_name", "url", "location_id",
        "vendor_location",
    )  # fmt: skip
    blanks = said[1:]

    def as_said(self, read, dry):
        names = ("date", "rating", "title", "text", "platform", "reviewer", "url", "location")
        rows, rejected = [], {}
        for number, key, *cells in zip(read.numbers, read.keys, *map(read.column, names), strict=True):
            date, rating, title, text, platform, reviewer, url, place = cells
            location, why = self.places.of(place)
            if date is None or why:
                rejected[number] = why or NO_DATE
                continue
            lost = cut(place, 100) if place and location is None else ""
            stars = None if rating is None else Decimal(rating)
            words = (title or "", text or "", platform or self.options.get("platform", ""), reviewer or "", url or "")
            rows.append((key, (self.at(date, None, location), stars, *words, location, lost)))
        return rows, rejected
