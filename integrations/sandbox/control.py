"""The sandbox's own pages: what came in, what shall go wrong, what was kept, what time it is."""

import re

from werkzeug.wrappers import Response

from integrations.sandbox import frontpage
from integrations.sandbox.clock import iso
from integrations.sandbox.faults import Wrong
from integrations.sandbox.feedbackapi import counter
from integrations.sandbox.feedbackapi import desk as feedbackapi
from integrations.sandbox.telesign import desk as telesign
from integrations.sandbox.wire import answer, json_body


def front(world, ledger, request):
    return Response(frontpage.page(world, request.host_url.rstrip("/")), content_type="text/html; charset=utf-8")


def requests(world, ledger, request):
    if request.method == "DELETE":
        ledger.clear()
        return answer([])
    try:
        return answer(ledger.read(request.args.get("vendor"), request.args.get("path")))
    except re.error as error:
        raise Wrong(f"“path” is not a regular expression: {error}.") from None


def _queue(name):
    def handle(world, ledger, request):
        queue = getattr(world, name)
        if request.method == "DELETE":
            queue.clear()
        elif request.method == "POST":
            queue.add(json_body(request))
            return answer(queue.waiting(), 201)
        return answer(queue.waiting())

    return handle


def settings(world, ledger, request):
    if request.method == "POST":
        world.change(json_body(request))
    return answer(world.settings())


def clock(world, ledger, request):
    if request.method == "POST":
        body = json_body(request)
        seconds = body.get("advance") if isinstance(body, dict) and set(body) == {"advance"} else None
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds < 0:
            raise Wrong('Send {"advance": seconds}, a number from 0.')
        world.advance(seconds)
    return answer({"now": iso(world.now()), "speed": world.speed})


def hooks(world, ledger, request):
    return answer(world.hooks.read())


def _kept(kind):
    def handle(world, ledger, request):
        return answer(world.store.all(kind))

    return handle


# What one can read of a vendor's memory; `Sandbox.feedback` uses the same.
FEEDBACK = {"plivo": "plivo feedback", "trestle": "trestle feedback"}
ROUTES = (
    (("GET",), "/", front),
    (("GET", "DELETE"), "/requests", requests),
    (("GET", "POST", "DELETE"), "/faults", _queue("faults")),
    (("GET", "POST", "DELETE"), "/answers", _queue("answers")),
    (("GET", "POST"), "/settings", settings),
    (("GET", "POST"), "/clock", clock),
    (("GET",), "/hooks", hooks),
    (("GET",), "/plivo-stats/feedback", _kept(FEEDBACK["plivo"])),
    (("GET",), "/trestle/feedback", _kept(FEEDBACK["trestle"])),
    *telesign.ROUTES,
    *feedbackapi.ROUTES,
    *counter.ROUTES,
)
