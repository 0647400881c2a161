"""What `requests` lacks: one deadline over a whole exchange, a cap on bytes, and the truth about
whether anything left this machine.

A read timeout is not a deadline: it starts again with every byte (a server dripping one byte per
half second held a 2 s timeout for 14.6 s). So each wait on the socket is given what is left of
one budget, for the headers as for the body.
"""

import io
import ipaddress
import time
from contextvars import ContextVar
from http.client import HTTPResponse, IncompleteRead

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

BODY_LIMIT = 1_000_000  # bytes, after unpacking: a page of 100 calls is 250 kB
WIRE_LIMIT = BODY_LIMIT + 100_000  # bytes received in all: the body and more headers than anybody sends


class TooMuch(OSError):
    """The answer is larger than any this product needs."""


class Exchange:
    """One request under way: when it must be over, and what has happened so far."""

    def __init__(self, seconds, public_only=False):
        self.started = time.monotonic()
        self.ends = self.started + seconds
        self.public_only = public_only
        self.bytes_out = False
        self.received = 0
        self.hung_up = False  # the other side has closed

    def remaining(self):
        """Seconds left. Raises TimeoutError when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("The deadline of this exchange is over.")
        return left

    def count(self, number):
        self.received += number
        if self.received > WIRE_LIMIT:
            raise TooMuch("The answer is too large.")

    @property
    def duration_ms(self):
        return round((time.monotonic() - self.started) * 1000)


# A pooled connection outlives an exchange, so it asks which one it serves now.
current = ContextVar("exchange")


class _TimedReader(io.RawIOBase):
    """A socket's bytes, each wait bounded by the exchange."""

    def __init__(self, sock, exchange):
        self._sock, self._exchange = sock, exchange
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self):
        return True

    def readinto(self, buffer):
        self._sock.settimeout(self._exchange.remaining())
        number = self._raw.readinto(buffer)
        self._exchange.hung_up = number == 0
        self._exchange.count(number or 0)
        return number

    def close(self):
        self._raw.close()
        super().close()


class _TimedSocket:
    """What http.client asks of a socket when it reads an answer: a file."""

    def __init__(self, sock):
        self._sock = sock

    def makefile(self, mode):
        return io.BufferedReader(_TimedReader(self._sock, current.get()))


class _TimedResponse(HTTPResponse):
    def __init__(self, sock, *args, **kwargs):
        super().__init__(_TimedSocket(sock), *args, **kwargs)

    def begin(self):
        """Read status and headers. http.client takes headers that break off for complete ones."""
        super().begin()
        if current.get().hung_up:
            raise IncompleteRead(b"")


class _Watched:
    """A connection that notes the first byte out and never waits past the deadline."""

    response_class = _TimedResponse

    def _new_conn(self):
        sock = super()._new_conn()
        if current.get().public_only and not ipaddress.ip_address(sock.getpeername()[0]).is_global:
            sock.close()
            raise NewConnectionError(self, "The address is not a public one.")
        return sock

    def send(self, data):
        if self.sock is None:
            self.connect()
        exchange = current.get()
        self.sock.settimeout(exchange.remaining())
        exchange.bytes_out = True
        super().send(data)


class _Plain(_Watched, HTTPConnection):
    pass


class _TLS(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLS


class WatchedAdapter(HTTPAdapter):
    """Mount it on a session; every request then runs under `transport.current`. It never repeats one."""

    def init_poolmanager(self, connections, maxsize, block=False, **options):
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TLSPool}
