"""A column's values as the database takes them, a whole column at a time: asking each value what it is costs more
than writing it.

    column(field, values, moments)   as a parameter or, on PostgreSQL, before `copied`
    copied(field, values)            as texts that `COPY` reads
    storable(rows, cleaned)          rows with their raw objects as JSON text
"""

import json
from datetime import UTC, date
from decimal import Decimal
from functools import lru_cache

import orjson
from django.db import connection as database
from django.db import models

# A text for `COPY`: what has a meaning there.
_COPIED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def json_text(value):
    """A JSON value as both databases store it. ValueError for what JSON has not."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # a number past 64 bits, half of a surrogate pair, deep nesting
        return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))


def storable(rows, cleaned):
    """(rows, their raw objects as JSON text) without what databases refuse; `cleaned` is how a row is rid of it."""
    rows, texts = list(rows), [json_text(row.raw) for row in rows]
    for number, text in enumerate(texts):
        if "\\u0000" in text or not (text.isascii() or _is_writable(text)):
            rows[number] = cleaned(rows[number])
            texts[number] = json_text(rows[number].raw)
    return rows, texts


def _is_writable(text):
    try:
        return bool(text.encode())
    except UnicodeEncodeError:  # half of a surrogate pair
        return False


def copied(field, values):
    """A column's values as `COPY` reads them."""
    if isinstance(field, (models.CharField, models.TextField, models.JSONField)):
        return ["\\N" if v is None else v.translate(_COPIED) if "\\" in v or not v.isprintable() else v for v in values]
    return ["\\N" if value is None else str(value) for value in values]


def column(field, values, moments):
    """One column's values as the database takes them. `moments`: those that were written already, by their identity:
    a row's columns share them, and writing one costs more than all else of its row."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.DateTimeField):
        text_of, known = _moment if database.vendor == "postgresql" else _sqlite_moment, moments.get
        return [None if v is None else known(id(v)) or moments.setdefault(id(v), text_of(v)) for v in values]
    text_of = _writer(field)
    return values if text_of is None else [None if v is None else text_of(v) for v in values]


def _writer(field):
    """(value) -> as the database takes it, for a field whose values need that; None where Python's will do."""
    if isinstance(field, models.JSONField):
        return lambda value: value if value.__class__ is str else json_text(value)
    if isinstance(field, models.DecimalField):
        return lambda value: str(round(Decimal(value), field.decimal_places))
    if isinstance(field, (models.CharField, models.TextField, models.IntegerField, models.BooleanField)):
        return None
    if isinstance(field, models.UUIDField):  # 32 hexadecimal digits are fine with both
        return lambda value: value if value.__class__ is str else field.get_db_prep_save(value, database)
    return lambda value: field.get_db_prep_save(value, database)


def _moment(value):
    """As isoformat, which takes several times as long: days come again and again, and a vendor's times are whole
    seconds in UTC."""
    return f"{_whole(value)}+00:00" if _is_whole(value) else value.isoformat(" ")


def _sqlite_moment(value):
    """As Django writes it there: in UTC, without saying so."""
    return _whole(value) if _is_whole(value) else database.ops.adapt_datetimefield_value(value)


def _is_whole(value):
    return value.tzinfo is UTC and not value.microsecond


def _whole(value):
    return f"{_day(value.toordinal())} {_TWO[value.hour]}:{_TWO[value.minute]}:{_TWO[value.second]}"


_TWO = [f"{n:02}" for n in range(60)]


@lru_cache(maxsize=4096)  # days: eleven years
def _day(ordinal):
    return date.fromordinal(ordinal).isoformat()
