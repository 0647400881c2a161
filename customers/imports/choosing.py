"""What a person chose for a file, on a page or on the command line, and what is wrong with it."""

from datetime import date

from accounts import timezones
from customers.imports import columns, guessing, kinds, mapping
from customers.imports.clocks import zone_of
from customers.imports.errors import CannotRead
from customers.imports.looking import Facts
from customers.imports.people import People
from customers.imports.places import Places
from customers.models import ClientAccount, Location

PLATFORM_KEPT = 100


def faults(run, chosen, options):
    """{field or option: sentence} of what is missing, or cannot be meant so."""
    kind, facts = kinds.of(run.kind), Facts.of_kept(run.facts)
    found = dict(kind.check(chosen, options))
    if facts.of.items() & chosen.items():
        known = {name: column for name, column in chosen.items() if facts.of.get(name) == column}
        found |= mapping.unclear_dates(kind, known, options, facts, run.shape["heads"])
    return found


def by_words(run, asked):
    """(columns, options, source) from a command's options. Raises CannotRead with the first thing that is wrong."""
    chosen, options = dict(run.columns), dict(run.options)
    kind, heads = kinds.of(run.kind), run.shape["heads"]
    for one in asked["map"]:
        name, is_pair, head = one.partition("=")
        if name not in kind.by_name or not is_pair:
            raise CannotRead(f"--map {one}: write FIELD=COLUMN. Fields are {', '.join(kind.by_name)}.")
        chosen.pop(name, None)
        if head:
            chosen[name] = _column(heads, head)
    if asked["location"]:
        options["place"] = _location(asked["location"])
    if asked["zone"]:
        options["zone"] = _zone(asked["zone"])
    if asked["new_locations"]:
        options["new_places"] = {"reject": "", "without": "none", "make": "make"}[asked["new_locations"]]
    if asked["dates"]:
        options["dates"] = asked["dates"].removesuffix("-first")
    if asked["account"]:
        options["account"] = _account(asked["account"])
    if asked.get("direction"):
        options["direction"] = asked["direction"]
    if asked.get("platform"):
        options["platform"] = asked["platform"][:PLATFORM_KEPT]
    if asked.get("today"):
        options["today"] = _day(asked["today"])
    wrong = faults(run, chosen, options)
    if wrong:
        raise CannotRead(next(iter(wrong.values())))
    return chosen, options, (asked["source"] or run.profile)[:100]


def _column(heads, text):
    said = [guessing.words_of(head) for head in heads]
    for found in (heads.index(text) if text in heads else None, _only(said, guessing.words_of(text))):
        if found is not None:
            return found
    raise CannotRead(f"There is no column “{text}”. There are: {', '.join(heads)}.")


def _only(said, word):
    return said.index(word) if said.count(word) == 1 else None


def _location(name):
    called_so = Location.objects.filter(name__iexact=name)
    found = called_so.filter(gone_at=None)[:2] or called_so[:2]
    if len(found) != 1:
        raise CannotRead(f"{'More than one' if found else 'No'} location is called “{name}”.")
    return found[0].pk


def _account(name):
    found = list(ClientAccount.objects.filter(name__iexact=name, gone_at=None)[:2])
    if len(found) != 1:
        raise CannotRead(f"{'More than one' if found else 'No'} client account is called “{name}”.")
    return found[0].pk


def _day(text):
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise CannotRead(f"“{text}” is no day. Write it like 2026-01-31.") from None


def _zone(name):
    if not timezones.is_known(name):
        raise CannotRead(f"There is no time zone “{name}”. Write it like America/New_York.")
    return name


def in_words(run):
    """([(label, heading)] of what is taken, [headings that are not])."""
    kind, heads = kinds.of(run.kind), run.shape.get("heads", [])
    by_column = {column: kind.by_name[name].label for name, column in run.columns.items() if name in kind.by_name}
    taken = [(label, heads[column]) for column, label in sorted(by_column.items())]
    return {"taken": taken, "left": [head for column, head in enumerate(heads) if column not in by_column]}


def said_of(run, chosen, options):
    """Sentences of what is taken for granted: zone, location, order of dates, who is not known."""
    kind, facts = kinds.of(run.kind), Facts.of_kept(run.facts)
    place = Location.objects.filter(pk=options.get("place")).first()
    if "zone" in kind.options:
        yield f"times are those of {_clock_in_words(options, place, 'location' in chosen)}"
    if "place" in kind.options and "location" not in chosen:
        yield f"location: {place.name}" if place else "location: none, so only who sees all locations sees them"
    for name, evidence in facts.evidence.items():
        if kind.by_name[name].sort == kinds.DATE and evidence.get("first"):
            is_day = columns.day_first(evidence, options)
            yield f"dates are read {'day' if is_day else 'month'} first" if is_day is not None else ""
    unknown = People().unknown(facts.people.get("agent", ()))
    if unknown:
        yield unknown_people(unknown)
    lost = Places(options).unknown(facts.people.get("location", ()))
    if lost:
        yield unknown_places(lost, options)


_BECOMES = {
    "": "rows of theirs are not taken",
    "none": "their rows are kept without a location",
    "make": "they are made",
}


def unknown_places(names, options):
    """ "40 locations are not known, and they are made: …"."""
    few = _few(names, 5)
    are = "location is" if len(names) == 1 else "locations are"
    return f"{len(names):,} {are} not known: {_BECOMES[options.get('new_places', '')]}: {few}"


def _few(names, most):
    """ "Becky, Dan and 6 more"."""
    rest = len(names) - most
    return f"{', '.join(names[:most])} and {rest:,} more" if rest > 0 else ", ".join(names)


def unknown_people(names):
    """ "8 people are not known, and are kept by name: Becky, Dan"."""
    few = _few(names, 10)
    is_one = len(names) == 1
    return f"{len(names):,} {'person is' if is_one else 'people are'} not known, and kept by name: {few}"


def _clock_in_words(options, place, by_column):
    if options.get("zone"):
        return options["zone"]
    if by_column:
        return "each location’s own zone"
    return str(zone_of(place.time_zone if place else ""))
