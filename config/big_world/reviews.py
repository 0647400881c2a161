"""Writes public reviews: of places, over the same fourteen months, with replies to half of them."""

import random
from datetime import timedelta
from itertools import accumulate

from config.big_world import cast as words
from config.big_world.clock import DAYS
from config.big_world.people import moment
from config.big_world.store import whole
from config.big_world.told import FALLING
from feedback.models import Review
from feedback.sync.copies import NEWS

IN_ONE_GO = 50_000
LAG = 20 * 86_400  # public stars fall so many seconds after private answers do

_REVIEW = (
    "id", "connection_id", "vendor_id", "vendor_created_at", "vendor_raw", "location_id", "vendor_location",
    "written_at", "first_seen_at", "read_at", "handled_at", "title", "description", "platform", "platform_name",
    "rating", "url", "reviewer_name", "replied_at",
)  # fmt: skip


def write(plan, cast, store, progress):
    """All of them, the oldest first."""
    dice = random.Random(f"reviews {plan.seed}")  # noqa: S311  (a story, not a secret)
    sums = list(accumulate(place.weight for place in cast.places))
    progress("reviews", 0, plan.reviews)
    end, span = int(plan.until.timestamp()), DAYS * 86_400
    for done in range(0, plan.reviews, IN_ONE_GO):
        count = min(IN_ONE_GO, plan.reviews - done)
        key = store.keys(Review, count)
        chosen = dice.choices(range(len(cast.places)), cum_weights=sums, k=count)
        rows = []
        for n, place in enumerate(chosen):
            at = end - 60 - int(span * (1 - (done + n + dice.random()) / plan.reviews))
            rows.append(_review(dice, plan, cast, key + n, place, at, end))
        with whole():
            store.write(Review, _REVIEW, rows)
        progress("reviews", done + count, plan.reviews)


def _review(dice, plan, cast, key, number, at, end):
    place, written = cast.places[number], moment(at)
    mood = dice.gauss(place.liked + 0.2 - (place.falls if at > end - FALLING + LAG else 0), 0.25)
    stars = max(1, min(5, 1 + int(mood * 5.4)))
    said = words.PRAISE[key % len(words.PRAISE)] if stars > 3 else words.COMMENTS[key % len(words.COMMENTS)]
    platform, platform_name, url = words.PLATFORMS[key % len(words.PLATFORMS)]
    age = plan.until - written
    read = written if age > NEWS or dice.random() < 0.7 else None
    replied = written + timedelta(hours=dice.randrange(1, 200)) if read and dice.random() < 0.55 else None
    replied = replied if replied and replied < plan.until else None
    vendor_place, title, name = f"wL{cast.place_keys[number]}", said.split()[0] if key % 3 else "", words.name_of(key)
    raw = (
        f'{{"id":"wV{key}","created":{at},"title":"{title}","description":"{said}","location":"{vendor_place}",'
        f'"platform":"{platform}","platform_name":"{platform_name}","rating":{stars},"url":"{url}{key}",'
        f'"reviewer_name":"{name}"}}'
    )
    return (
        key, cast.vendors["feedbackapi"], f"wV{key}", written, raw, cast.place_keys[number], vendor_place, written,
        written, read, read if stars <= 3 and age > NEWS else None, title, said if key % 5 else "", platform,
        platform_name, None if key % 40 == 7 else stars, f"{url}{key}", name, replied,
    )  # fmt: skip
