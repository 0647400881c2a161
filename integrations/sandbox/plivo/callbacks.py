"""The callbacks of a call made through Plivo, in the keys of real ones (FACTS 2), and how often they come."""

from dataclasses import dataclass
from datetime import timedelta

from integrations.sandbox.clock import parse
from integrations.sandbox.plivo import carrier
from integrations.sandbox.script import ending_of

_LATE = 60  # seconds the late callbacks come after the end


@dataclass(frozen=True)
class Ways:
    """How the callbacks about the end come: one, none, twice, late (script.py)."""

    how: str

    def dues(self, at, speed):
        """When each of them is sent."""
        if self.how == "none":
            return []
        at = at + timedelta(seconds=_LATE / speed) if self.how == "late" else at
        return [at] * (2 if self.how == "twice" else 1)


def ways_of(number):
    """The Ways of a dialled number."""
    return Ways(ending_of(number).hook)


def owe(world, url, form, due, then=""):
    """Plan a callback, unless no address was given for it. `then`: what our answer is read for."""
    if not url:
        return
    if then:
        world.store.put("plivo then", f"{form['CallUUID']} {url}", then)
    world.hooks.plan("plivo", url, form, due)


def then_of(world, hook):
    """What our answer to this callback is read for; "" for most."""
    return world.store.get("plivo then", f"{hook['form']['CallUUID']} {hook['path']}", "")


def _about(leg, event, status):
    return {
        "ALegRequestUUID": leg["call_uuid"],
        "ALegUUID": leg["call_uuid"],
        "CallStatus": status,
        "CallUUID": leg["call_uuid"],
        "Direction": "outbound",
        "Event": event,
        "From": leg["from"],
        "RequestUUID": leg["call_uuid"],
        "SessionStart": parse(leg["start"]).strftime("%Y-%m-%d %H:%M:%S.%f"),
        "To": leg["to"],
    }


def ring(leg):
    """The first phone rings."""
    return _about(leg, "Ring", "ringing")


def answered(leg):
    """The first phone was picked up: what now?"""
    return _about(leg, "StartApp", "in-progress")


def hangup(world, leg):
    """The first side is over."""
    return carrier.hangup(world, leg)


def customer(leg, action):
    """News of the second side: "answer", "connected" or "hangup"; durations and cause come with the last."""
    form = {
        "CallStatus": "in-progress",
        "CallUUID": leg["parent"],
        "DialALegUUID": leg["parent"],
        "DialAction": action,
        "DialBLegBillRate": "0.00500",
        "DialBLegFrom": leg["from"],
        "DialBLegPosition": "1",
        "DialBLegStatus": action,
        "DialBLegTo": leg["to"],
        "DialBLegUUID": leg["call_uuid"],
        "Direction": "outbound",
        "Event": f"Dial{action.title()}",
    }
    if action == "hangup":
        form |= {
            "DialBLegBillDuration": str(60 * carrier.minutes(leg)),
            "DialBLegDuration": str(leg["seconds"]),
            "DialBLegHangupCause": leg["cause"],
            "DialBLegHangupCauseCode": str(leg["code"]),
            "DialBLegHangupCauseName": leg["name"],
            "DialBLegHangupSource": leg["source"],
        }
    return form


def dialled(leg):
    """How dialling the second phone ended. Its id is empty when nobody answered."""
    return {
        "CallUUID": leg["parent"],
        "DialALegUUID": leg["parent"],
        "DialBLegUUID": leg["call_uuid"] if leg["answer"] else "",
        "DialHangupCause": leg["cause"],
        "DialRingStatus": "false" if leg["code"] in (2000, 2010, 2030, 3050) else "true",
        "DialStatus": leg["status"],
        "Event": "Redirect",
    }
