"""The early warning: what customers say to us falls before what they write in public does."""

PRIVATE = ("nps", "csat")  # the first of them that has answers enough
PUBLIC = "average_review"
FELL = 5  # points: less is a matter of chance at these numbers
IN_WORDS = (
    "A location has an early warning where its NPS, or its CSAT where too few gave a score, fell by five points or "
    "more on ten answers or more in both periods, and its public stars have not fallen: they are the same or better on "
    "ten reviews or more in both periods, or have too few reviews to tell."
)


def warning(figures):
    """The sentence of a location's {key: Compared}; "" for none."""
    private = next((figures[key] for key in PRIVATE if figures[key].change is not None), None)
    if private is None or private.change > -FELL or _has_fallen(figures[PUBLIC]):
        return ""
    return f"{private.metric.label} {private.delta.words} {private.delta.was}; public stars do not show it yet."


def _has_fallen(public):
    return public.change is not None and public.change < 0
