"""The WSGI application: which vendor is meant, what shall go wrong, what it answers, and the note of it."""

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request, Response

from integrations.sandbox import ccai, control, faults, feedbackapi, plivo, telesign, trestle, wire
from integrations.sandbox.ledger import Ledger

VENDORS = (ccai, plivo, trestle, telesign, feedbackapi)
SIGNERS = {ccai.NAME: ccai.sign_hook, plivo.NAME: plivo.sign_hook, telesign.NAME: telesign.sign_hook}
HEARERS = {plivo.NAME: plivo.hear, telesign.NAME: telesign.heard}
_LARGEST = 2_000_000  # bytes of a body; notes of 100,000 characters fit several times over


def _rules(vendor):
    return [Rule(path, methods=[method], endpoint=handler) for method, path, handler in vendor.ROUTES]


class App:
    """Serves the control pages and every vendor of `world`."""

    def __init__(self, world):
        self.world = world
        self.ledger = Ledger(world.store, world.now)
        self._control = Map([Rule(path, methods=methods, endpoint=f) for methods, path, f in control.ROUTES])
        # Redirects would hide a missing slash, which Plivo answers 404.
        self._maps = {vendor: Map(_rules(vendor), merge_slashes=False) for vendor in VENDORS}

    def __call__(self, environ, start_response):
        request = Request(environ)
        request.max_content_length = _LARGEST
        try:
            return self._respond(request)(environ, start_response)
        except HTTPException as problem:
            return problem(environ, start_response)

    def _respond(self, request):
        vendor, mount = _meant(request.path)
        if vendor is None or self._is_control(request):
            return self._controlled(request)
        return self._vendor(vendor, mount, request)

    def _is_control(self, request):
        return self._control.bind("").test(request.path, request.method)

    def _controlled(self, request):
        try:
            handler, values = self._control.bind_to_environ(request.environ).match()
            return handler(self.world, self.ledger, request, **values)
        except faults.Wrong as problem:
            return wire.answer({"message": str(problem)}, 400)

    def _vendor(self, vendor, mount, request):
        entry = self.ledger.arrived(vendor.NAME, mount, request)
        fault = self.world.faults.take(vendor.NAME, mount, request.method, request.path)
        response = self._answer(vendor, mount, request, fault)
        fault = fault or getattr(response, "fault", None)
        breaks = fault is not None and fault["kind"] in ("reset", "hang", "slow")
        silent = fault is not None and fault["kind"] in ("reset", "hang")
        self.world.stopping.wait(self.world.setting("delay"))
        self.ledger.answered(entry, None if silent else response.status_code, fault and fault["kind"])
        if breaks:
            wire.break_off(fault, response, request.environ, self.world.stopping)
        return response

    def _answer(self, vendor, mount, request, fault):
        """What the vendor says, spoiled as the fault wants; a fault before the work leaves it undone."""
        response = None
        if fault is None or fault["when"] == "after" or fault["kind"] in faults.SPOILERS:
            response = self._told(vendor, mount, request) or self._work(vendor, request)
        if fault is None:
            return response
        if wire.replaces(fault):
            return wire.replacement(fault, vendor.problem)
        return wire.halve(response) if fault["kind"] == "badjson" else response or Response()

    def _told(self, vendor, mount, request):
        """The answer told in advance for this request, if one waits."""
        told = self.world.answers.take(vendor.NAME, mount, request.method, request.path)
        if told is None:
            return None
        if told["effect"]:
            self._work(vendor, request)
        if "text" in told:
            return Response(told["text"], told["status"], told.get("headers"))
        return wire.answer(told.get("body"), told["status"], told.get("headers"))

    def _work(self, vendor, request):
        try:
            handler, values = self._maps[vendor].bind_to_environ(request.environ).match()
        except MethodNotAllowed:
            return vendor.wrong_method(self.world, request)
        except (HTTPException, RequestRedirect):
            return vendor.not_found(self.world, request)
        return vendor.gate(self.world, request) or handler(self.world, request, **values)


def _meant(path):
    """The vendor a path belongs to and the name of its mount, or two Nones."""
    for vendor in VENDORS:
        for mount in vendor.MOUNTS:
            if path == mount or path.startswith(f"{mount}/"):
                return vendor, mount.lstrip("/")
    return None, None
