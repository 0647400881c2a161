"""What a person or a test does behind the vendor's back: fill, change, read everything, answer for a customer."""

from integrations.sandbox.faults import Wrong
from integrations.sandbox.feedbackapi import change, tables, users
from integrations.sandbox.feedbackapi.fates import metric_of
from integrations.sandbox.feedbackapi.fill import fill
from integrations.sandbox.feedbackapi.happening import answered, settle
from integrations.sandbox.feedbackapi.printing import printed
from integrations.sandbox.feedbackapi.shapes import REQUESTS, SHAPES
from integrations.sandbox.feedbackapi.values import flag, moment, whole
from integrations.sandbox.wire import answer, json_body

_SCORES = {"happy": flag, "nps": whole(0, 10), "star-rating": whole(1, 5)}


class Desk:
    """FeedbackAPI's back office. `feedback-request` is written `feedback_request` as a keyword."""

    def __init__(self, world):
        self._world = world

    def fill(self, seed=0, until=None, **counts):
        """Create that many records of each resource; returns the counts. Raises faults.Wrong."""
        counts = {name.replace("_", "-"): number for name, number in counts.items()}
        with self._world.store.undivided():
            return fill(self._world, counts, seed, _time(until))

    def change(self, **what):
        """Insert, edit or delete now, or (with `every`) between lists; see change.py. Raises faults.Wrong."""
        with self._world.store.undivided():
            return change.change(self._world, what)

    def rows(self, resource):
        """Every listed record as a list prints it, in the order they came. Raises faults.Wrong."""
        if resource not in SHAPES:
            raise Wrong(f"Unknown resource “{resource}”. Known: {', '.join(SHAPES)}.")
        with self._world.store.undivided():
            settle(self._world)
            return printed(self._world, SHAPES[resource], tables.select(self._world.store, SHAPES[resource]))

    def pending(self):
        """The invitations nobody accepted yet, with the mails sent."""
        return users.pending(self._world)

    def accept(self, email, name=None, signed_in=True):
        """The invited person accepts; returns the user. Raises faults.Wrong."""
        with self._world.store.undivided():
            user = users.accept(self._world, email, name, signed_in)
        if user is None:
            raise Wrong(f"Nobody is invited as {email}.")
        return user

    def answer(self, request, score, comments=None):
        """The customer answers a request with this score; returns the feedback's id. Raises faults.Wrong."""
        with self._world.store.undivided():
            settle(self._world)
            message = tables.by_id(self._world.store, REQUESTS, request)
            if message is None:
                raise Wrong(f"There is no feedback request {request}.")
            score = _score(metric_of(message["template"]), score)
            return answered(self._world, message, int(self._world.now().timestamp()), score, comments)


_TEXTS = {"email", "name", "request", "comments"}


def _score(metric, score):
    try:
        return _SCORES[metric](score)
    except ValueError as error:
        raise Wrong(f"“score” of {metric} {error}.") from None


def _time(value):
    try:
        return None if value is None else moment(value)
    except ValueError as error:
        raise Wrong(f"“until” {error}.") from None


def _asked(request, known=None, needed=()):
    body = json_body(request)
    if not isinstance(body, dict):
        raise Wrong("Send a JSON object.")
    if known is not None and (unknown := sorted(set(body) - set(known))):
        raise Wrong(f"Unknown key “{unknown[0]}”. Known: {', '.join(known)}.")
    for name in needed:
        if body.get(name) is None:
            raise Wrong(f"“{name}” is missing.")
    for name in _TEXTS & set(body):
        if not isinstance(body[name], str):
            raise Wrong(f"“{name}” must be text.")
    return body


def _fill(world, ledger, request):
    return answer(Desk(world).fill(**_asked(request)), 201)


def _change(world, ledger, request):
    if request.method == "POST":
        return answer(Desk(world).change(**_asked(request)), 201)
    if request.method == "DELETE":
        change.clear(world)
    return answer(change.waiting(world))


def _rows(world, ledger, request, resource):
    return answer(Desk(world).rows(resource))


def _pending(world, ledger, request):
    return answer(Desk(world).pending())


def _accept(world, ledger, request):
    body = _asked(request, ("email", "name", "signed_in"), needed=("email",))
    return answer(Desk(world).accept(**body), 201)


def _answer(world, ledger, request):
    body = _asked(request, ("request", "score", "comments"), needed=("request", "score"))
    return answer({"feedback": Desk(world).answer(**body)}, 201)


ROUTES = (
    (("POST",), "/feedbackapi/fill", _fill),
    (("GET", "POST", "DELETE"), "/feedbackapi/change", _change),
    (("GET",), "/feedbackapi/rows/<resource>", _rows),
    (("GET",), "/feedbackapi/pending", _pending),
    (("POST",), "/feedbackapi/play/accept", _accept),
    (("POST",), "/feedbackapi/play/answer", _answer),
)
