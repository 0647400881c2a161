"""The one HTTP door. Every byte to or from a vendor goes through `Door.request`.

It says how an exchange failed (errors.py), in the classes that decide what may be done next:

    nothing left this machine: no name, refused, no TLS, connect time-out    NotSent
    sent, no usable answer: time-out, reset, cut, 408, 5xx                   Uncertain
    429                                                                      RateLimited
    401; 3xx, which is never followed (ASVS 15.3.2)                          Misconfigured
    anything else is handed to the client, which knows its vendor's page     Answer
"""

import json as jsonlib
import logging
import math
import os
import re
import threading
import time
import uuid
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from urllib3.exceptions import HTTPError, LocationValueError

from integrations import repeats, transport
from integrations.contracts import Answer
from integrations.errors import KEY_REFUSED, Misconfigured, NotSent, RateLimited, Rejected, Uncertain
from integrations.text import clean, clean_deep

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5  # a host that does not shake hands by then is down
CHUNK = 65_536  # bytes between two looks at the cap
TEXT_KEPT = 20_000  # characters of an answer that are worth keeping
LONGEST_WAIT = 24 * 60 * 60  # seconds; a longer Retry-After is shown, not obeyed
SHORTEST_SECRET = 6  # characters; a shorter one would blank ordinary words out of an answer

# Found before a byte is sent: the address or the key cannot even be written into a request.
_UNUSABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    LocationValueError,
    UnicodeError,
)
_UNUSABLE_WORDS = "The address or the key of this connection cannot be used as it is written."
_BROKEN = (requests.RequestException, HTTPError, HTTPException, OSError, ValueError)

_local = threading.local()


_work_ends = ContextVar("work_ends", default=None)


@contextmanager
def budget(seconds):
    """What is asked inside is over after `seconds` in all: an exchange begins only while its deadline still fits."""
    token = _work_ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _work_ends.reset(token)


def _left():
    """Seconds of the budget that are left; without a budget, always enough."""
    ends = _work_ends.get()
    return math.inf if ends is None else ends - time.monotonic()


class Door:
    """The way to one vendor's host.

    base_url     http(s)://host[:port][/prefix], without a slash at the end
    auth         (user, password) for HTTP Basic, or None
    headers      sent with every request
    public_only  refuse to talk to a private address (for addresses typed into the browser)
    json_type    the media type JSON bodies are sent as
    Raises Misconfigured for a base_url that is no address.
    """

    def __init__(self, base_url, *, auth=None, headers=None, public_only=False, json_type="application/json"):
        self.base_url = base_url.rstrip("/")
        self._origin = _origin(self.base_url)
        self._auth = tuple(part.encode() for part in auth) if auth else None
        self._headers = dict(headers or {})
        self._public_only = public_only
        self._json_type = json_type
        shown = [*_secret_of(auth), *self._headers.values()]
        self._secrets = [secret for secret in shown if len(secret) >= SHORTEST_SECRET]

    def request(self, method, path, *, json=None, form=None, params=None, deadline=None, fresh=False, accept=()):
        """One exchange, once, as an Answer.

        form      (name, text) pairs, for a vendor that wants forms instead of JSON
        deadline  seconds for all of it (settings.VENDOR_DEADLINE)
        fresh     over a new connection, so that a stale one cannot leave a dial unclear
        accept    statuses the client judges itself, though the door has a class for them
        Raises NotSent, Uncertain, RateLimited, Misconfigured; Rejected when `json` cannot be written;
        RuntimeError inside a transaction, which would hold its locks while a vendor thinks.
        """
        _refuse_inside_a_transaction()
        deadline = deadline or settings.VENDOR_DEADLINE
        if _left() < deadline:
            raise NotSent("Not sent: the vendor was too slow in what had to come first.")
        exchange = transport.Exchange(deadline, self._public_only)
        token = transport.current.set(exchange)
        request_id = uuid.uuid4().hex
        try:
            answer = self._exchange(exchange, request_id, method, path, fresh, json=json, data=form, params=params)
        except Exception as error:
            self._log(method, path, type(error).__name__, exchange, request_id)
            raise
        finally:
            transport.current.reset(token)
        self._log(method, path, answer.status, exchange, request_id)
        _judge(answer, accept)
        return answer

    def _exchange(self, exchange, request_id, method, path, fresh, **what):
        session = _new_session() if fresh else _session(self._origin)
        try:
            with session.request(
                method,
                self.base_url + path,
                **what,
                auth=self._auth,
                headers=self._headers_of(request_id, what["json"]),
                timeout=(min(CONNECT_SECONDS, exchange.remaining()), exchange.remaining()),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._answer(exchange, request_id, response)
        except _BROKEN as error:
            raise _failure(error, exchange, request_id) from error
        finally:
            if fresh:
                session.close()

    def _headers_of(self, request_id, json):
        kind = {"Content-Type": self._json_type} if json is not None else {}
        return {**self._headers, **kind, "X-Request-ID": request_id}

    def _answer(self, exchange, request_id, response):
        text = self._without_secrets(clean(_read(response.raw).decode("utf-8-sig", "replace")))
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=_parse(text),
            text=text[:TEXT_KEPT],
            request_id=request_id,
            duration_ms=exchange.duration_ms,
        )

    def _without_secrets(self, text):
        """The answer without our own keys, should a vendor repeat them: it is stored and shown."""
        for secret in self._secrets:
            text = text.replace(secret, "•••")
        return text

    def _log(self, method, path, result, exchange, request_id):
        where = self._origin[1] + _masked(urlsplit(self.base_url).path + path)
        # The tail reads twice a second and a sync thousands of pages: what only read is for debugging, and who
        # asks again and again says once a minute that it fails (outages.py).
        line = ("%s %s %s %d ms id=%s", method, where, result, exchange.duration_ms, request_id)
        if method == "GET":
            logger.debug(*line)
        elif isinstance(result, str) or result >= 400:
            repeats.log(logger, logging.INFO, (self._origin, result), *line)
        else:
            logger.info(*line)


def _secret_of(auth):
    """The secret of HTTP Basic: the password, or the user name where there is no password."""
    user, password = auth or ("", "")
    return [password or user]


def _refuse_inside_a_transaction():
    if transaction.get_connection().in_atomic_block and not settings.ALLOW_HTTP_IN_TRANSACTION:
        raise RuntimeError("A vendor is never called inside an open transaction: commit first, then call.")


def _new_session():
    session = requests.Session()
    session.trust_env = False  # no proxy, no netrc from the environment; and a third faster
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers = {"User-Agent": "Aftercall/1", "Accept": "application/json", "Accept-Encoding": "gzip"}
    session.mount("http://", transport.WatchedAdapter(pool_connections=1, pool_maxsize=1))
    session.mount("https://", transport.WatchedAdapter(pool_connections=1, pool_maxsize=1))
    return session


def _origin(base_url):
    """(scheme, host and port) of an address. Raises Misconfigured."""
    try:
        parts = urlsplit(base_url)
    except ValueError as error:
        raise Misconfigured(_UNUSABLE_WORDS) from error
    return parts.scheme, parts.netloc.rpartition("@")[2]


def _session(origin):
    """This thread's session for the origin. By process too: a socket must not be shared over a fork."""
    key = (os.getpid(), *origin)
    sessions = _local.__dict__.setdefault("sessions", {})
    if key not in sessions:
        sessions[key] = _new_session()
    return sessions[key]


def _read(raw):
    """The unpacked body, a chunk at a time, so that a small gzip cannot become a gigabyte here."""
    parts, size = [], 0
    for chunk in raw.stream(CHUNK, decode_content=True):
        size += len(chunk)
        if size > transport.BODY_LIMIT:
            raise transport.TooMuch("The answer is too large.")
        parts.append(chunk)
    return b"".join(parts)


def _parse(text):
    """JSON as Python values; None when it is none. NaN and infinities, which JSON has not, become None."""
    try:
        value = DECODER.decode(text)
        return clean_deep(value) if "\\u" in text else value  # an escape may have come alive
    except (ValueError, RecursionError):
        return None


def _finite(word):
    number = float(word)
    return number if math.isfinite(number) else None  # 1e999


DECODER = jsonlib.JSONDecoder(parse_constant=lambda word: None, parse_float=_finite)


def _masked(path):
    """The path with people's numbers and addresses unreadable; the query is never logged."""
    path = re.sub(r"[^/?]*(?:@|%40)[^/?]*", "•••", path.split("?")[0])
    return re.sub(r"(?<=/)\+?\d{7,15}(\d\d)(?=/|$)", r"•••\1", path)


def _failure(error, exchange, request_id):
    """The drawn error for an exchange that broke; the only question is whether bytes went out."""
    facts = {"request_id": request_id, "duration_ms": exchange.duration_ms}
    if exchange.bytes_out:
        return Uncertain(_how_it_ended(error), words="", **facts)
    if isinstance(error, requests.exceptions.InvalidJSONError):
        return Rejected("This cannot be written as JSON.", **facts)
    if any(isinstance(link, _UNUSABLE) for link in _chain(error)):
        return Misconfigured(_UNUSABLE_WORDS, **facts)
    return NotSent(_why_not_sent(error), words=_innermost(error), **facts)


def _how_it_ended(error):
    story = _chain(error)
    if any(isinstance(link, transport.TooMuch) for link in story):
        return "The answer was too large and was cut off."
    if any(isinstance(link, TimeoutError) for link in story):
        return "Sent, but no complete answer came in time."
    return "Sent, but the connection broke before the answer was complete."


def _why_not_sent(error):
    words = " ".join(str(link) for link in _chain(error))
    if isinstance(error, requests.exceptions.SSLError):
        return "Not sent: the vendor's certificate was not accepted or TLS failed."
    if "not a public one" in words:
        return "Not sent: the address is not a public one."
    if "resolve" in words:
        return "Not sent: the vendor's host name was not found."
    if "refused" in words:
        return "Not sent: the vendor's host refused the connection."
    return "Not sent: no connection to the vendor's host."


def _chain(error):
    """The error and what it was made from, outermost first; requests and urllib3 wrap in both ways."""
    seen = []
    todo = [error]
    while todo:
        link = todo.pop(0)
        if isinstance(link, BaseException) and link not in seen:
            seen.append(link)
            todo += [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]
    return seen


def _innermost(error):
    return str(_chain(error)[-1])[:300]


# --- Reading an answer ------------------------------------------------------------------------


def _judge(answer, accept):
    """Raise the error every vendor's page would agree on for this status."""
    if answer.status in accept:
        return
    if answer.status == 401:
        raise Misconfigured(KEY_REFUSED, **facts(answer))
    if answer.status == 429:
        raise rate_limited(answer)
    if answer.status < 200 or answer.status >= 500 or answer.status == 408:
        raise broken(answer)
    if 300 <= answer.status < 400:
        raise elsewhere(answer)


def elsewhere(answer):
    """The error of a 3xx, which is not followed."""
    return Misconfigured("The vendor sent us to another address: check the address.", **facts(answer))


def broken(answer):
    """The error of a 408 or 5xx to something that changes something: it may have been done."""
    return Uncertain(f"The vendor answered with an error of its own ({answer.status}).", **facts(answer))


def rate_limited(answer):
    """The RateLimited error of a 429, with how long the vendor asks us to wait."""
    wait = retry_after(answer.headers.get("retry-after"))
    return RateLimited("The vendor asks us to slow down.", retry_after=wait, **facts(answer))


def facts(answer):
    """What an error keeps of an answer, as keyword arguments of VendorError."""
    return {
        "status": answer.status,
        "words": words(answer),
        "request_id": answer.request_id,
        "duration_ms": answer.duration_ms,
    }


def unexpected(answer):
    """Uncertain: a good status with a body that is not the promised one proves nothing."""
    return Uncertain("The vendor answered, but not in the promised form.", **facts(answer))


def words(answer):
    """The vendor's own words, wherever its error body keeps them; else the text as it came."""
    return " ".join(_said(answer.body)) or answer.text[:2000].strip()


def _said(value, depth=0):
    """Texts of the keys vendors put their errors under; `error` may be a text or an object."""
    if isinstance(value, str):
        return [value]
    if depth == 3:  # no vendor's page nests an error deeper
        return []
    if isinstance(value, list):
        return [text for item in value[:20] for text in _said(item, depth + 1)]
    if isinstance(value, dict):
        keys = ("error", "errors", "errorCode", "code", "name", "message", "hint")
        return [text for key in keys for text in _said(value.get(key), depth + 1)]
    return []


def retry_after(value):
    """Seconds to wait from a Retry-After header (seconds or an HTTP date, RFC 9110 10.2.3).

    Kept within a day; a date gone by is 0; None when the header is missing or nonsense.
    """
    value = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,12}", value):
        return min(int(value), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max((moment - timezone.now()).total_seconds(), 0), LONGEST_WAIT)
    except (TypeError, ValueError, OverflowError):
        return None
