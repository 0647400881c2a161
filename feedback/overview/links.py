"""Where a number of this minute, or a list of what waits, opens: narrowed as the overview is, of any day."""

from urllib.parse import urlencode

from django.urls import reverse

from feedback import waiting


def links(filters):
    """{name: address} of what the overview counts by no period."""
    narrowed = filters.narrowed
    places = {name: narrowed[name] for name in ("location", "account") if name in narrowed}
    owner = {"owner": narrowed["agent"]} if "agent" in narrowed else {}
    return {
        **{name: _to("calls", counted=name, **narrowed) for name in waiting.COUNTS},
        "overdue": _to("cases", overdue="yes", **places, **owner),
        "unhappy": _to("answers", mood="unhappy", handled="no", **places),
        "low": _to("reviews", rating_to="3", handled="no", **places),
    }


def _to(page, **asked):
    return reverse(f"feedback:{page}") + (f"?{urlencode(asked)}" if asked else "")
