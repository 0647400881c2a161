"""Whether TeleSign sent an event (FACTS 3, signature check).

The signature is HMAC-SHA256 over the raw body with the base64-decoded key. It has neither time nor nonce: the same
body signs the same, so an event's id is made of what it says and a repeat is known by it.
"""

import base64
import binascii
import hashlib
import hmac

# Its Java sample reads the first, its Python sample the second; either with or without "TSA {customer id}:".
SIGNATURE_HEADERS = ("Authorization", "X-TS-Authorization")


def verify(raw, shown, key):
    """Whether one of the header values `shown` is the signature of `raw` (bytes) by `key` (base64 text).

    True or False, in constant time. A key that is no base64 signs nothing.
    """
    wanted = signature(raw, key)
    given = [_bare(value).encode("utf-8", "replace") for value in shown if value]
    # All are compared, whatever the first one gave.
    return wanted is not None and any([hmac.compare_digest(wanted, theirs) for theirs in given])


def signature(raw, key):
    """TeleSign's signature of a body as base64 bytes; None where the key cannot be read or is empty."""
    try:
        secret = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(hmac.digest(secret, raw, "sha256")) if secret else None


def _bare(value):
    """The signature of a header: "TSA 1F2A…:c2ln" and "c2ln" are one."""
    return value.strip().rpartition(":")[2].strip()


def same_secret(shown, kept):
    """Whether the secret part of an address is ours; never where we keep none."""
    return bool(kept) and hmac.compare_digest(shown.encode("utf-8", "replace"), kept.encode())


def event_id(reference_id, name, raw):
    """The id of an event for the inbox: its call, its name, and the hash of its body."""
    return f"{reference_id.lower()[:64]}:{name[:40]}:{hashlib.sha256(raw).hexdigest()}"
