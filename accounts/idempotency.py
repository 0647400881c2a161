"""`Idempotency-Key`: per token, for 24 hours, in the database (DECISIONS 29)."""

import hashlib
import json
import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.api import Conflict
from accounts.models import IdempotencyKey

KEPT = timedelta(hours=24)
LONGEST = 200  # characters of a key; a UUID needs 36


def intent_of(token, key, body):
    """The one intent that belongs to this token's key, made at its first use.

    `key` is the header's text, empty for none; `body` the parsed JSON. Raises Conflict when the key
    was used with another body within the day.
    """
    if not key:
        return uuid.uuid4().hex
    if len(key) > LONGEST:
        raise Conflict(f"An Idempotency-Key has at most {LONGEST} characters.")
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    IdempotencyKey.objects.filter(token=token, key=key, created_at__lt=timezone.now() - KEPT).delete()
    row = _row(token, key, digest)
    if row.digest != digest:
        raise Conflict("This Idempotency-Key was used with another body. Send a new key with a new request.")
    return row.intent


def _row(token, key, digest):
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(token=token, key=key, digest=digest, intent=uuid.uuid4().hex)
    except IntegrityError:
        return IdempotencyKey.objects.get(token=token, key=key)
