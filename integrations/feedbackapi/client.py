"""FeedbackAPI v1.3, all seven resources (feedbackapi.txt, FACTS 5 and 6.5).

Bodies are JSON and filters stand in the query, as its samples do it; paths end without a slash. Two settings
of the connection turn what its page leaves open: `bodies` (json, form) and `times` (unix, iso).
"""

from urllib.parse import urlsplit

from integrations import credentials, http, rates, reading
from integrations.contracts import Check
from integrations.errors import Misconfigured, RateLimited, Rejected, Unavailable, Uncertain, VendorError
from integrations.feedbackapi import bodies, reports
from integrations.feedbackapi.bodies import ACCOUNTS, CUSTOMERS, FEEDBACK, LOCATIONS, REQUESTS, REVIEWS, USERS
from integrations.feedbackapi.filters import query_of

VERSION = "/v1.3"
PER_PAGE = 100  # the most a list returns
MEDIA_TYPE = "application/vnd.api+json"  # recommended; application/json is only accepted
READERS = {
    CUSTOMERS: reports.customer,
    LOCATIONS: reports.location,
    REVIEWS: reports.review,
    FEEDBACK: reports.feedback,
    REQUESTS: reports.feedback_request,
    ACCOUNTS: reports.account,
    USERS: reports.user,
}
_MOVED = (301, 308)
_BROKEN = (408, 500, 501, 502, 503, 504)
_ACCEPT = (*_MOVED, *_BROKEN)


class Client:
    """One FeedbackAPI account. HTTP Basic with the token as user name and no password.

    paced   whether each request first asks the shared limits; False for one who has asked already
    """

    def __init__(self, connection, paced=True):
        base_url, token = credentials.read(connection, "base_url", "token")
        self._connection = connection
        self._paced = paced
        self._as_form = _choice(connection, "bodies", ("json", "form")) == "form"
        self._times = _choice(connection, "times", (bodies.UNIX, bodies.ISO))
        self._door = credentials.door(connection, base_url, auth=(token, ""), json_type=MEDIA_TYPE)

    def list(self, resource, *, filters=None, sort_by=None, page=0, limit=PER_PAGE):
        """A Page of a resource's rows.

        filters   documented filters by name: texts, numbers, booleans, aware times; None is left out
        sort_by   "created-asc", "updated-desc" and the like; None for the vendor's own order
        page      from 0;  limit  1 to 100

        Raises Rejected (400, 402, 404, and what the page does not document), Misconfigured (401, 403),
        RateLimited, and Unavailable for everything that a later try may find better.
        """
        if not 1 <= limit <= PER_PAGE or page < 0:
            raise Rejected("A list has pages from 0 and 1 to 100 rows on each.", param="page" if page < 0 else "limit")
        query = query_of(resource, filters or {}, self._times)
        query |= {"limit": limit, "page": page} | ({"sort_by": sort_by} if sort_by else {})
        answer = self._read(f"/{resource}", query)
        if not isinstance(reading.mapping(answer.body).get("data"), list):
            raise _later(http.unexpected(answer))
        return reports.page(answer.body, READERS[resource])

    def retrieve(self, resource, vendor_id):
        """One row by its id. Raises as `list`; Rejected with status 404 for one that is not there."""
        answer = self._read(_path(resource, vendor_id))
        return self._row(resource, answer, _later)

    def find(self, resource, vendor_id):
        """One row by its id, or None where the vendor has none (404, or an answer that says it is deleted)."""
        try:
            answer = self._read(_path(resource, vendor_id))
        except Rejected as refused:
            if refused.status == 404:
                return None
            raise
        if reading.mapping(answer.body).get("deleted") is True:
            return None
        return self._row(resource, answer, _later)

    def create(self, resource, values):
        """Create one from its documented arguments by name; gives (row, answer).

        A customer whose e-mail or number is known is updated instead; nothing else may be repeated after
        Uncertain before it has been looked for. Raises Rejected, naming the field, Misconfigured, RateLimited,
        NotSent, Uncertain.
        """
        answer = self._write("POST", f"/{resource}", bodies.creation(resource, values))
        return self._row(resource, answer), answer

    def update(self, resource, vendor_id, values):
        """Change what is in `values`, leave the rest; gives (row, answer). A repeat is harmless. Raises as `create`."""
        answer = self._write("POST", _path(resource, vendor_id), bodies.change(resource, values))
        return self._row(resource, answer), answer

    def delete(self, resource, vendor_id):
        """Make one inactive, as the page says of each; gives the Answer. A repeat is harmless. Raises as `create`."""
        if resource not in bodies.DELETE:
            raise Rejected(f"FeedbackAPI cannot delete {resource}.")
        answer = self._write("DELETE", _path(resource, vendor_id))
        if reading.mapping(answer.body).get("deleted") is not True:
            raise http.unexpected(answer)
        return answer

    def check(self):
        """One harmless request, the list of locations one row long, as a Check."""
        try:
            found = self.list(LOCATIONS, limit=1)
        except VendorError as error:
            return Check(False, error.sentence, error.words)
        count = "" if found.total_count is None else f" It knows {_counted(found.total_count)}."
        return Check(True, f"FeedbackAPI answered and accepts the token.{count}")

    def _row(self, resource, answer, failed=lambda error: error):
        """The row an answer holds. Only an invited user has no id yet."""
        body = reading.mapping(answer.body)
        row = READERS[resource](body)
        if row.vendor_id or (resource == USERS and row.email):
            return row
        raise failed(http.unexpected(answer))

    def _read(self, path, query=None):
        """A GET: whatever stays unclear may simply be asked again."""
        try:
            answer = self._request("GET", path, params=query)
        except Uncertain as error:
            raise _later(error) from error
        if answer.status in _BROKEN:
            wait = http.retry_after(answer.headers.get("retry-after"))
            raise Unavailable(_ITS_OWN.format(answer.status), retry_after=wait, **http.facts(answer))
        return answer

    def _write(self, method, path, body=None):
        answer = self._request(method, path, **self._encoded(body))
        if answer.status in _BROKEN:
            raise http.broken(answer)
        return answer

    def _encoded(self, body):
        if body is None:
            return {}
        body = {name: bodies.written(value, self._times) for name, value in body.items()}
        return {"form": bodies.form(body)} if self._as_form else {"json": body}

    def _request(self, method, path, **what):
        """One exchange, and once more where only a slash was missing (FACTS 6.5-10)."""
        if self._paced:
            rates.take(self._connection)
        path = VERSION + path
        answer = self._door.request(method, path, accept=_ACCEPT, **what)
        if answer.status in _MOVED:
            path = self._moved(answer, path)
            answer = self._door.request(method, path, accept=_BROKEN, **what)
        if 400 <= answer.status < 500 and answer.status != 408:
            _refuse(answer)
        return answer

    def _moved(self, answer, path):
        """The path again with or without its slash, where the vendor asks for no more than that."""
        asked, told = urlsplit(self._door.base_url + path), urlsplit(answer.headers.get("location", ""))
        same_origin = (told.scheme, told.netloc) in (("", ""), (asked.scheme, asked.netloc))
        if not same_origin or told.path == asked.path or told.path.rstrip("/") != asked.path.rstrip("/"):
            raise http.elsewhere(answer)
        return path.rstrip("/") + told.path[len(told.path.rstrip("/")) :]


_ITS_OWN = "The vendor answered with an error of its own ({})."


def _choice(connection, name, known):
    """A setting that is one of `known` words; the first where nothing is set."""
    word = str(connection.values.get(name) or known[0]).strip().lower()
    if word not in known:
        raise Misconfigured(f"“{name}” of FeedbackAPI must be {' or '.join(known)}, not “{word[:40]}”.", param=name)
    return word


def _path(resource, vendor_id):
    """An id from elsewhere must not become another path."""
    if not bodies.is_id(vendor_id):
        raise Rejected("This is not an id that FeedbackAPI could know.", param="id")
    return f"/{resource}/{vendor_id}"


def _later(error):
    """Uncertain about something that was only read is no harm: ask again later."""
    return Unavailable(error.sentence, **error.facts)


def _refuse(answer):
    """Raise what a 4xx means, by the error's type and by the status (feedbackapi.txt, Errors)."""
    error, facts = refusal(answer), http.facts(answer)
    kind, param = reading.text(error.get("type")), reading.text(error.get("param"))
    if kind == "rate_limit_error":
        raise RateLimited(
            "The vendor asks us to slow down.",
            retry_after=http.retry_after(answer.headers.get("retry-after")),
            **facts,
        )
    if answer.status == 403 or kind == "authentication_error":
        raise Misconfigured("FeedbackAPI does not let this token do that.", **facts)
    sentence = _SENTENCES.get(answer.status, "FeedbackAPI does not take this request.")
    raise Rejected(sentence, param=param, **facts)


_SENTENCES = {
    402: "FeedbackAPI understood this, but could not do it.",
    404: "FeedbackAPI finds nothing there: it is gone, or the address is wrong.",
}


def refusal(answer):
    """The error object {"type", "message", "param"}, whatever it is wrapped in; {} where there is none."""
    body = reading.mapping(answer.body)
    many = body.get("errors")
    wrapped = body.get("error") or (many[0] if isinstance(many, list) and many else many)
    return wrapped if isinstance(wrapped, dict) else body


def _counted(number):
    return "1 location" if number == 1 else f"{number:,} locations"


__all__ = ["ACCOUNTS", "CUSTOMERS", "FEEDBACK", "LOCATIONS", "REQUESTS", "REVIEWS", "USERS", "Client", "refusal"]
