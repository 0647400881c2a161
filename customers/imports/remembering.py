"""Which source a file is of. One with the headings of an earlier file is taken for the same, and its columns are
meant as that one's were: another export of the same system then finds its own rows again.
"""

from pathlib import Path

from customers.imports.choices import ImportState
from customers.imports.guessing import words_of
from customers.imports.models import Import
from customers.models import ClientAccount, Location

LOOKED_AT = 200  # imports; a source that was last heard of longer ago is chosen by hand
LEAST = 3  # headings that two files must share
MEANT = (ImportState.RUNNING, ImportState.DONE)  # somebody stood by those columns
KEPT_OPTIONS = ("zone", "place", "account", "direction", "dates", "new_places", "platform")


def proposal(run, shape, guessed):
    """(source, {field: column}, options) for a file: as before where its headings were met before, else as guessed."""
    before = _same(run, shape)
    if before is None:
        return Path(run.file_name).stem[:100] or "file", guessed, {}
    columns = _translated(before, shape)
    options = {name: value for name, value in before.options.items() if name in KEPT_OPTIONS}
    for name, model in (("place", Location), ("account", ClientAccount)):
        if name in options and not model.objects.filter(pk=options[name], gone_at=None).exists():
            del options[name]
    return before.profile, columns or guessed, options


def same_file(run):
    """The earlier import of this very file that is done, or None."""
    done = Import.objects.filter(kind=run.kind, digest=run.digest, state=ImportState.DONE).exclude(pk=run.pk)
    return done.first()


def sources(kind):
    """Names of the sources that rows of this kind came from, the latest first."""
    names = Import.objects.filter(kind=kind, state__in=MEANT).order_by("-pk").values_list("profile", flat=True)
    return list(dict.fromkeys(names[:LOOKED_AT]))


def _same(run, shape):
    heads = set(map(words_of, shape.heads))
    earlier = Import.objects.filter(kind=run.kind, state__in=MEANT).exclude(pk=run.pk).order_by("-pk")
    for one in earlier.only("profile", "shape", "mapping")[:LOOKED_AT]:
        known = set(map(words_of, one.shape.get("heads", ())))
        if heads == known or (len(heads & known) >= LEAST and (heads <= known or known <= heads)):
            return one
    return None


def _translated(before, shape):
    """The earlier file's columns by their headings; nothing where one of them is missing here."""
    heads = before.shape["heads"]
    place = {words_of(head): number for number, head in reversed(list(enumerate(shape.heads)))}
    wanted = {name: words_of(heads[column]) for name, column in before.columns.items()}
    if not all(head in place for head in wanted.values()):
        return {}
    return {name: place[head] for name, head in wanted.items()}
