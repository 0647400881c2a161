"""All that the vendors share: memory, clock, speed, credentials, settings and the way to our hooks."""

import threading
from zoneinfo import ZoneInfo

from integrations.sandbox import faults
from integrations.sandbox.clock import Clock, utcnow
from integrations.sandbox.pace import Pace

SPELLINGS = ("both", "arguments", "422")
SHAPES = ("current", "older")
BOUNDS = ("inclusive", "exclusive")
LIMITS = ("refuse", "clamp")
BRIDGES = ("refuse", "allow")
ERROR_FORMS = ("error", "errors", "status", "rpc")
ORDERS = ("asked", "vendor")
TIMES = ("unix", "iso")


def _zone(value):
    try:
        ZoneInfo(value)
    except Exception:
        return False
    return True


def _number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _rate(value):
    return value is None or (_number(value) and value > 0)


# How CCAI pushes its session events: not at all, each when it happens, a call's all in one body, each twice, or in
# the wrong order.
EVENTS = ("off", "each", "together", "twice", "backwards")
_CHECKS = {
    "ccai_events": lambda v: v in EVENTS,
    "ccai_rate": _rate,
    "delay": lambda v: _number(v) and 0 <= v <= 600,
    "feedbackapi_bounds": lambda v: v in BOUNDS,
    "feedbackapi_first_page": lambda v: v in (0, 1) and not isinstance(v, bool),
    "feedbackapi_limit": lambda v: v in LIMITS,
    "feedbackapi_order": lambda v: v in ORDERS,
    "feedbackapi_rate": _rate,
    "feedbackapi_times": lambda v: v in TIMES,
    "plivo_spelling": lambda v: v in SPELLINGS,
    "plivo_timezone": lambda v: isinstance(v, str) and _zone(v),
    "public_url": lambda v: isinstance(v, str) and v.startswith(("http://", "https://")),
    "telesign_bridge": lambda v: v in BRIDGES,
    "telesign_errors": lambda v: v in ERROR_FORMS,
    "telesign_rate": _rate,
    "trestle_errors": lambda v: v in SHAPES,
}
SETTINGS = {
    "ccai_events": f"how CCAI pushes a new call's session events to /hooks/ccai/: {', '.join(EVENTS)}",
    "ccai_rate": "CCAI requests a second before 429; null for no limit",
    "delay": "seconds (to 600) that every vendor takes to answer, its work already done",
    "feedbackapi_bounds": f"whether …_before and …_after of FeedbackAPI include the bound: {', '.join(BOUNDS)}",
    "feedbackapi_first_page": "the number of FeedbackAPI's first page: 0 (its words) or 1 (its samples)",
    "feedbackapi_limit": f"what FeedbackAPI does with a limit outside 1 to 100: {', '.join(LIMITS)}",
    "feedbackapi_order": f"the order FeedbackAPI lists in: {', '.join(ORDERS)} (its own, whatever sort_by asks)",
    "feedbackapi_rate": "FeedbackAPI requests a second before 429; null for no limit",
    "feedbackapi_times": f"how FeedbackAPI prints times: {', '.join(TIMES)}",
    "plivo_spelling": f"which spelling of the two misprinted issues Plivo takes: {', '.join(SPELLINGS)}",
    "plivo_timezone": "the account's time zone: EndTime and the like are local without zone",
    "public_url": "where hooks go; /hooks/plivo/ and the like are appended",
    "telesign_bridge": f"what TeleSign does with a dial that answers dial_completed: {', '.join(BRIDGES)}",
    "telesign_errors": f"where TeleSign's error strings stand, which its page does not say: {', '.join(ERROR_FORMS)}",
    "telesign_rate": "TeleSign requests a second before 429; null for no limit",
    "trestle_errors": f"the shape of Trestle's 403 and 429: {', '.join(SHAPES)}",
}


class World:
    """One sandbox's state. `speed` divides every second of the script."""

    def __init__(self, store, credentials, speed=1.0, clock=utcnow, ccai_rate=None):
        self.store, self.credentials, self.speed = store, credentials, speed
        self.clock = Clock(clock, skew=store.get("clock", "skew", 0.0))
        self.stopping = threading.Event()
        self.faults = faults.Queue(store, "fault", faults.fault)
        self.answers = faults.Queue(store, "answer", faults.answer)
        self.paces = {"ccai": Pace(), "feedbackapi": Pace(), "telesign": Pace()}  # the vendors' rate limits
        self.hooks = None  # set by the server: hooks.Hooks
        self._defaults = {
            "ccai_events": "each" if credentials.ccai_hook_password else "off",
            "ccai_rate": ccai_rate,
            "delay": 0,
            "feedbackapi_bounds": "inclusive",
            "feedbackapi_first_page": 0,
            "feedbackapi_limit": "refuse",
            "feedbackapi_order": "asked",
            "feedbackapi_rate": None,
            "feedbackapi_times": "unix",
            "plivo_spelling": "both",
            "plivo_timezone": "UTC",
            "public_url": credentials.public_url,
            "telesign_bridge": "refuse",
            "telesign_errors": "error",
            "telesign_rate": None,
            "trestle_errors": "current",
        }

    def now(self):
        """The sandbox's time."""
        return self.clock.now()

    def advance(self, seconds):
        """Put the clock forward and send the hooks that have come due, in this thread."""
        with self.store.lock:
            self.clock.advance(seconds)
            self.store.put("clock", "skew", self.clock.skew)
        self.hooks.fire_due()

    def setting(self, name):
        """A setting's value: as set, else its default."""
        return self.store.get("setting", name, self._defaults[name])

    def settings(self):
        """Every setting with its value."""
        return {name: self.setting(name) for name in self._defaults}

    def change(self, values):
        """Set some settings; all are checked before any is kept. Raises faults.Wrong."""
        if not isinstance(values, dict):
            raise faults.Wrong("Send a JSON object.")
        for name, value in values.items():
            if name not in _CHECKS:
                raise faults.Wrong(f"Unknown setting “{name}”. Known: {', '.join(sorted(_CHECKS))}.")
            if not _CHECKS[name](value):
                raise faults.Wrong(f"“{name}” cannot be {value!r}: {SETTINGS[name]}.")
        for name, value in values.items():
            self.store.put("setting", name, value)
