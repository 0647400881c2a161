"""How a vendor exchange fails. The class says what may be done next; nothing else decides it.

VendorError
├── Unavailable      later, by itself (retry_after seconds, when the vendor said so)
│   ├── NotSent      nothing left this machine: no name, refused, no TLS, no free connection
│   ├── RateLimited  429 for speed
│   ├── NotYet       the vendor does not know the subject yet; `give_up_after` seconds, then Rejected
│   └── Relearn      the account wants it said differently: remember `learned`, then at once, as its own attempt
├── Rejected         never, as sent: the vendor said no and why
├── Misconfigured    a person must act on the connection: key, quota, address
└── Uncertain        sent, answer unknown: time-out, reset, 5xx, a body that is not the promised one
"""

KEY_REFUSED = "The vendor does not accept our key."  # a 401, whoever says it


class VendorError(Exception):
    """A failed exchange. `str()` is our sentence for people; the rest is what the vendor showed.

    status      HTTP status or None when no answer came
    words       the vendor's own words, verbatim, cut to 2,000 characters
    param       the vendor's name of the field at fault, when it told
    request_id  our id of the exchange, as sent and logged
    duration_ms how long the exchange took
    learned     what this taught about the account: merged into `Connection.learned`, whatever the class
    result      what a listener of the delivery may want of it; never stored
    """

    def __init__(
        self,
        sentence,
        *,
        status=None,
        words="",
        param="",
        request_id="",
        duration_ms=None,
        learned=None,
        result=None,
    ):
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.words = words[:2000]
        self.param = param
        self.request_id = request_id
        self.duration_ms = duration_ms
        self.learned = learned or {}
        self.result = result or {}

    @property
    def facts(self):
        """What another error about the same exchange takes over, as keyword arguments."""
        return {name: getattr(self, name) for name in ("status", "words", "request_id", "duration_ms")}


class Unavailable(VendorError):
    def __init__(self, sentence, *, retry_after=None, **facts):
        super().__init__(sentence, **facts)
        self.retry_after = retry_after


class NotSent(Unavailable):
    pass


class RateLimited(Unavailable):
    pass


class NotYet(Unavailable):
    def __init__(self, sentence, *, give_up_after, **facts):
        super().__init__(sentence, **facts)
        self.give_up_after = give_up_after


class Relearn(Unavailable):
    """Worth one more try at once, said in the way `learned` holds. Never raised twice for one cause."""

    def __init__(self, sentence, *, learned, **facts):
        super().__init__(sentence, retry_after=0, learned=learned, **facts)


class Rejected(VendorError):
    pass


class Misconfigured(VendorError):
    pass


class Uncertain(VendorError):
    pass


class SetAside(Exception):
    """Something a vendor told us that cannot be used; `reason` is a sentence for people."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason
