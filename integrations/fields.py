"""Secrets at rest: AES-256-GCM, bound to model, field and the row's uuid. Any failure raises.

Stored as `v1:<key id>:<nonce>:<ciphertext>` (base64url). The known packages hand back the
ciphertext as the value when a key is lost; this one does not open at all.
"""

import base64
import hashlib
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

NONCE_BYTES = 12  # what GCM is specified for


class SecretUnreadable(Exception):
    """The stored secret cannot be opened with the keys at hand, or was moved from another row."""


def new_key():
    """A fresh key for FIELD_ENCRYPTION_KEYS."""
    return base64.urlsafe_b64encode(AESGCM.generate_key(bit_length=256)).decode()


def _keys():
    keys = [base64.urlsafe_b64decode(key) for key in settings.FIELD_ENCRYPTION_KEYS]
    if not keys or any(len(key) != 32 for key in keys):
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS needs at least one key of 32 bytes in base64.")
    return {hashlib.sha256(key).hexdigest()[:8]: key for key in keys}


def seal(value, bound_to):
    """`value` (anything JSON can hold) sealed with the newest key and bound to the text `bound_to`."""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, json.dumps(value).encode(), bound_to.encode())
    parts = (base64.urlsafe_b64encode(part).decode() for part in (nonce, sealed))
    return ":".join(("v1", key_id, *parts))


def unseal(stored, bound_to):
    """The value sealed in `stored`. Raises SecretUnreadable, whatever the reason."""
    try:
        version, key_id, nonce, sealed = stored.split(":")
        if version != "v1":
            raise ValueError(version)
        nonce, sealed = (base64.urlsafe_b64decode(part) for part in (nonce, sealed))
        return json.loads(AESGCM(_keys()[key_id]).decrypt(nonce, sealed, bound_to.encode()))
    except (ValueError, KeyError, InvalidTag) as error:
        raise SecretUnreadable(f"The secret of {bound_to} cannot be opened with the keys at hand.") from error


class _Stored(str):
    """Text as it lies in the database, not opened yet."""


class _Opening:
    """Opens the stored text at the first look, with the row's own binding."""

    def __init__(self, field):
        self.field = field

    def __get__(self, row, owner=None):
        if row is None:
            return self
        if self.field.attname not in row.__dict__:
            row.refresh_from_db(fields=[self.field.attname])  # it was deferred
        value = row.__dict__[self.field.attname]
        if isinstance(value, _Stored):
            value = row.__dict__[self.field.attname] = unseal(value, self.field.binding(row))
        return value

    def __set__(self, row, value):
        row.__dict__[self.field.attname] = value


class SealedJSONField(models.TextField):
    """A JSON value that is never in the database in the clear. The model needs a `uuid` field."""

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        setattr(cls, self.attname, _Opening(self))

    def binding(self, row):
        return f"{row._meta.label_lower}.{self.name}/{row.uuid}"

    def from_db_value(self, value, expression, connection):
        return None if value is None else _Stored(value)

    def pre_save(self, row, add):
        value = row.__dict__.get(self.attname)
        return value if isinstance(value, _Stored) else _Stored(seal(value, self.binding(row)))

    def get_prep_value(self, value):
        if value is not None and not isinstance(value, _Stored):
            raise TypeError("A sealed field is written through its row, not by update() or a filter.")
        return value
