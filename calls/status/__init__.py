"""From a vendor's words to our status: a pure function of the set of words seen. One table a vendor."""

from calls.choices import Provider
from calls.status import ccai, plivo, telesign
from calls.status.words import Derived, Table, normal, read

__all__ = ["Derived", "Table", "derive", "normal", "table_of"]
_TABLES = {Provider.CCAI: ccai.TABLE, Provider.PLIVO: plivo.TABLE, Provider.TELESIGN: telesign.TABLE}
_NO_VENDOR = Table({}, {}, {})


def table_of(provider):
    """The Table of a Provider; an empty one for a call that no vendor carries."""
    return _TABLES.get(provider, _NO_VENDOR)


def derive(reports, provider=Provider.CCAI):
    """The Derived of any iterable of (word, fail_reason), by the words of that provider. Never raises."""
    return read(reports, table_of(provider))
