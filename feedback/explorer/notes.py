"""Words in notes: each must begin some word of them, whatever its case. Both databases are asked the same."""

import re

from django.db import connection
from django.db.models import BooleanField, Func, Q

from feedback.explorer.copies import postgres, sqlite

SHORTEST = 2  # letters: fewer begin nearly every note
_WORD = re.compile(r"[^\W_]+")


def words_of(text):
    """The words to look for, small; those too short to find anything by are left out."""
    return [word for word in _WORD.findall(text.lower()) if len(word) >= SHORTEST]


def ratings_with(words, most):
    """The keys of ratings whose notes have all words, at most so many, out of the database's own index of words."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"SELECT rowid FROM {sqlite.NOTES} WHERE {sqlite.NOTES} MATCH %s LIMIT %s",  # noqa: S608
                [" ".join(f'"{word}" *' for word in words), most],  # (names of ours)
            )
        else:
            cursor.execute(
                f"SELECT id FROM feedback_rating WHERE {_in_postgres('notes')} LIMIT %s",  # noqa: S608
                [_query(words), most],
            )
        return [rating for (rating,) in cursor.fetchall()]


def says(notes, words):
    """The Q of rows whose `notes` (the path of a column) have all words, for rows looked at one by one."""
    if connection.vendor == "sqlite":
        found = Q()
        for word in words:
            if word.isascii():  # the letters first, which is cheap; SQLite knows the case of no others
                found &= Q(**{f"{notes}__icontains": word})
            found &= Q(**{f"{notes}__iregex": rf"(?<![^\W_]){re.escape(word)}"})
        return found
    return Q(_HasWords(notes, words=words))


class _HasWords(Func):
    """PostgreSQL knows how common a word is, and whether to ask its index.

    Where it walks past many notes instead, it looks for the letters first, which is cheap, and makes out the words of
    those that have them: to make them out of every note takes seven times as long.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, notes, *, words):
        super().__init__(notes)
        self.words = words

    def as_sql(self, compiler, connection, **_):
        notes, params = compiler.compile(self.source_expressions[0])
        has_letters = "".join(f"strpos(lower({notes}), lower(%s)) > 0 AND " for _ in self.words)
        asked = [param for word in self.words for param in (*params, word)]
        return f"({has_letters}{_in_postgres(notes)})", (*asked, *params, *params, _query(self.words))


def _in_postgres(notes):
    """The first part is what the index is kept for."""
    return f"({notes} <> '' AND {postgres.words(notes).replace('%', '%%')} @@ to_tsquery('simple', %s))"


def _query(words):
    return " & ".join(f"{word}:*" for word in words)
