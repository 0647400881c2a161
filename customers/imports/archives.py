"""Archives that may be damaged in any way: what reading one raises becomes a sentence.

A reader has no error of its own for what it meets: a broken packing is zlib's or lzma's, a place before the beginning
of the file is a ValueError or an OSError, a packing nobody knows is not implemented.
"""

import errno
import zipfile
from contextlib import contextmanager

from django.db import Error as DatabaseError

from customers.imports.errors import CannotRead


@contextmanager
def readable(why):
    """What goes wrong inside is said as CannotRead(why), but for what is no fault of the file."""
    try:
        yield
    except (CannotRead, DatabaseError):
        raise
    except OSError as error:
        if _is_of_the_disk(error):
            raise
        raise CannotRead(why) from error
    except Exception as error:
        raise CannotRead(why) from error


def _is_of_the_disk(error):
    return error.errno not in (None, errno.EINVAL)


def parts(path):
    """What an archive says that it holds; nothing where it is none, or too damaged to say."""
    try:
        with readable(""), zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except CannotRead:
        return []
