"""From marks, which are hours, to days of locations."""

from datetime import timedelta

from customers.models import Location
from feedback.scope import zone_of

ALMOST_AN_HOUR = timedelta(minutes=59, seconds=59)


def pairs_of(marks):
    """{(day, location)} that (location, hour) marks touch: an hour may lie on two days where a clock is half an hour
    off. Locations that are gone go by the house's clock."""
    marks = list(marks)
    known = dict(Location.objects.filter(pk__in={pk for pk, _ in marks if pk}).values_list("pk", "time_zone"))
    found = set()
    for pk, hour in marks:
        zone = zone_of(known.get(pk, ""))
        found |= {(hour.astimezone(zone).date(), pk), ((hour + ALMOST_AN_HOUR).astimezone(zone).date(), pk)}
    return found
