"""The countries of ISO 3166 by their two letters, with their English names."""

from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import phonenumbers

_WITHDRAWN = {"AN"}  # the Netherlands Antilles, dissolved in 2010


@lru_cache(maxsize=1)
def names():
    """{"PT": "Portugal", …} in the order of the names."""
    found = {code: _english(spoken) for code, spoken in _table().items() if code not in _WITHDRAWN}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _table():
    """The package's table of countries, read past `phonenumbers.geodata`: with it comes the place of every number
    there is, 100 MB in each process."""
    path = Path(phonenumbers.__file__).with_name("geodata") / "locale.py"
    spec = spec_from_file_location("phonenumbers.geodata.locale", path)
    table = module_from_spec(spec)
    spec.loader.exec_module(table)
    return table.LOCALE_DATA


def _english(spoken):
    """A name in the package's table; "*aa" there means: the same as under "aa"."""
    name = spoken["en"]
    return spoken[name[1:]] if name.startswith("*") else name


def is_known(code):
    """Whether these are the two letters of a country, in capitals."""
    return code in names()


def choices(kept=""):
    """Choices for a select, "PT" with "Portugal (PT)". `kept` stays on the list even if it is no country."""
    offered = [("", "Not known"), *((code, f"{name} ({code})") for code, name in names().items())]
    return offered if not kept or is_known(kept) else [*offered, (kept, f"“{kept}”, which is no country")]
