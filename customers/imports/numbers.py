"""The phone numbers a file names, each read once."""

from customers import phones
from customers.imports.cells import BLANKS
from customers.imports.errors import Odd
from customers.models import PhoneNumber
from customers.sync.people import E164
from integrations.sync import upsert

HIDDEN = {"anonymous", "private", "restricted", "unknown", "unavailable", "withheld", "blocked"}


class Numbers:
    """Texts as E.164, and their rows."""

    def __init__(self, region=""):
        self.region, self._read = region or None, {}

    def read(self, text):
        """E.164, None for none or a hidden one, or an Odd."""
        if text not in self._read:
            if len(self._read) > 50_000:
                self._read.clear()
            self._read[text] = self._parsed(text)
        return self._read[text]

    def _parsed(self, text):
        if E164.fullmatch(text):
            return text
        if not text or text.lower() in BLANKS | HIDDEN:
            return None
        try:
            return phones.parse(text, self.region).e164
        except phones.PhoneProblem as problem:
            return Odd(f"“{text[:40]}”: {problem}".rstrip("."))

    def rows(self, e164s, dry=False):
        """{E.164: primary key}; those that are new are made, in a dry run they are left out."""
        wanted = {one for one in e164s if one}
        if dry:
            return dict(upsert.found(PhoneNumber, "e164", list(wanted), ("id",)))
        return upsert.made(PhoneNumber, "e164", wanted)
