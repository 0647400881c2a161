"""Starting and stopping a sandbox: in a test's own process, or for good from the command line.

In a test:

    with server.start() as sandbox:                      # a real socket on a free port
        sandbox.fault("plivo", kind="status", status=503, count=2)
        sandbox.answer("ccai", status=400, body={"message": "Contact not found"})
        ... our code against sandbox.url + "/ccai" ...
        sandbox.requests(vendor="plivo", path="Feedback")  # what it received
        sandbox.feedback("plivo")                          # what it accepted
        sandbox.feedbackapi.fill(customers=1000, reviews=500)  # records at FeedbackAPI
        sandbox.feedbackapi.rows("customers")              # all of them, as it prints them

Without waiting: give it a clock that stands still, and move it by hand. A call is a
function of the time, so after `advance(40)` it has lived forty seconds, and the
hooks that came due on the way have been sent, in the calling thread, when
`advance` returns:

    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with server.start(clock=lambda: noon, env={"PUBLIC_URL": live_server.url}) as sandbox:
        ... place a call to +1 212 555 0100 ...
        sandbox.advance(40)

With the real clock (the default) `advance` works too: it is added to the real time.
`advance` counts seconds of the clock; at speed 20 a call lives twenty seconds in one of
them. `play` counts seconds of the script, whatever the speed.
"""

import threading

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from integrations.sandbox import credentials, feedbackapi
from integrations.sandbox.app import HEARERS, SIGNERS, App
from integrations.sandbox.clock import utcnow
from integrations.sandbox.control import FEEDBACK
from integrations.sandbox.feedbackapi.desk import Desk
from integrations.sandbox.hooks import Hooks
from integrations.sandbox.store import Store
from integrations.sandbox.telesign import desk as telesign_desk
from integrations.sandbox.world import World

LOOPBACK = "127.0.0.1"
_POLL = 0.01  # seconds until the server notices that it shall stop; tests start hundreds


class _Handler(WSGIRequestHandler):
    """Quiet, and known to the application, which must be able to break the connection off."""

    # Head and body are two writes: with Nagle's algorithm the second waits 40 ms for an ACK.
    disable_nagle_algorithm = True

    def make_environ(self):
        return {**super().make_environ(), "sandbox.handler": self}

    def log(self, type, message, *args):
        if type == "error":
            super().log(type, message, *args)

    def log_request(self, code="-", size="-"):
        """`GET /requests` is the log."""


class Sandbox:
    """A running sandbox. `url` is its address without a slash at the end."""

    def __init__(self, world, host, port):
        self.world = world
        feedbackapi.prepare(world.store)
        self.feedbackapi = Desk(world)
        self._app = App(world)
        world.hooks = Hooks(world, SIGNERS, HEARERS)
        self._server = ThreadedWSGIServer(host, port, self._app, handler=_Handler)
        self.port = self._server.server_port
        self.url = f"http://{host}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.stop()

    def begin(self):
        """Serve in a thread and send hooks in another; returns itself."""
        self._thread.start()
        self.world.hooks.start()
        return self

    def stop(self):
        """End both threads and every waiting answer, and close the state."""
        self.world.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.world.hooks.stop()
        self.world.store.close()

    def fault(self, vendor, **how):
        """One entry of `POST /faults`. Raises faults.Wrong."""
        self.world.faults.add([{"vendor": vendor, **how}])

    def answer(self, vendor, status, **what):
        """One entry of `POST /answers`. Raises faults.Wrong."""
        self.world.answers.add([{"vendor": vendor, "status": status, **what}])

    def set(self, **settings):
        """`POST /settings`. Raises faults.Wrong."""
        self.world.change(settings)

    def requests(self, vendor=None, path=None):
        """What was received, oldest first, as `GET /requests` prints it."""
        return self._app.ledger.read(vendor, path)

    def feedback(self, vendor):
        """The feedback a vendor ("plivo" or "trestle") accepted, oldest first."""
        return self.world.store.all(FEEDBACK[vendor])

    def hooks(self):
        """The hook posts planned and sent, with what we answered."""
        return self.world.hooks.read()

    def calls(self):
        """Every CCAI call kept, with what the vendor never tells (its number, its script)."""
        return self.world.store.all("call")

    def plivo_calls(self):
        """Every leg Plivo carried: under a CCAI call (`call_id`), or of a call made through it, with its parent."""
        return self.world.store.all("plivo call")

    def telesign_calls(self):
        """Every call at TeleSign, with the commands it carried out (`told`)."""
        return self.world.store.all("telesign call")

    def telesign_incoming(self, caller, to=telesign_desk.DEFAULT_LEASED):
        """A customer calls a leased number; the call. Raises faults.Wrong."""
        return telesign_desk.ring(self.world, caller, to)

    def advance(self, seconds):
        """Put the clock forward and send the hooks that came due before returning."""
        self.world.advance(seconds)

    def play(self, seconds):
        """`advance` by seconds of the script: those of the front page's table."""
        self.world.advance(seconds / self.world.speed)


def start(port=0, speed=1.0, state=None, env=None, clock=utcnow, ccai_rate=None, host=LOOPBACK):
    """A running Sandbox.

    `port` 0: any free one. `speed` divides the script's seconds. `state`: path of the
    file that survives a restart; None keeps everything in memory. `env`: a mapping of
    the vendors' variables (the process's environment when None). `clock`: gives the
    time (aware). `ccai_rate`: CCAI requests a second before 429, None for no limit.
    """
    world = World(Store(state), credentials.read(env), speed=speed, clock=clock, ccai_rate=ccai_rate)
    return Sandbox(world, host, port).begin()
