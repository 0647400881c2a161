"""Plivo's V3 signature, as its callbacks carry it (FACTS 2, vectors computed with Plivo's own code)."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl, urlsplit


def message(method, url, params):
    """What is signed, without the nonce: the URL, its sorted query, then (POST) the sorted form as `keyvalue`."""
    parts = urlsplit(url)
    base, query = f"{parts.scheme}://{parts.netloc}{parts.path}", parse_qsl(parts.query, keep_blank_values=True)
    if method == "GET":
        merged = _query(query + list(params.items()))
        return f"{base}?{merged}" if merged else base
    text = f"{base}?{_query(query)}" if query or params else base
    if query and params:
        text += "."
    return text + "".join(f"{key}{value}" for key, value in sorted(params.items()))


def _query(pairs):
    return "&".join(f"{key}={value}" for key, value in sorted(pairs))


def sign(method, url, params, token, nonce):
    """The base64 HMAC-SHA256 of `message.nonce` under the auth token."""
    text = f"{message(method, url, params)}.{nonce}"
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha256).digest()).decode()
