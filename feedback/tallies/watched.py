"""Which changes touch which days: the tables behind the figures, the columns that matter, the days they reach.

Written as SQL that both databases read. In a reach, `r` is the changed row; each gives (location_id, moment).
"""

from dataclasses import dataclass

_CALL_MOMENT = "c.location_id, COALESCE(c.ended_at, c.created_at)"
_REQUEST_MOMENT = "q.location_id, COALESCE(q.due_at, q.requested_at)"


@dataclass(frozen=True)
class Watched:
    """A table; `columns` whose change matters; `reaches` as (columns of r that it reads, SQL after SELECT)."""

    table: str
    columns: tuple
    reaches: tuple
    # Rows that come and go matter, or only their changes.
    is_counted: bool = True

    @property
    def needed(self):
        """The columns of the changed row that the reaches read."""
        return tuple(dict.fromkeys(name for names, _ in self.reaches for name in names))


WATCHED = (
    Watched(
        "calls_call",
        (
            *("location_id", "agent_id", "asked_by_id", "provider", "kind", "status", "resolved"),
            *("created_at", "connected_at", "ended_at", "wrap_up_due_at", "timed_out_at"),
            *("wait_seconds", "talk_seconds", "hold_seconds"),
        ),
        ((("location_id", "ended_at", "created_at"), "r.location_id, COALESCE(r.ended_at, r.created_at) FROM {r} r"),),
    ),
    # Whose call it was says whose answers and requests they are, on the days of those.
    Watched(
        "calls_call",
        ("agent_id", "provider"),
        (
            (
                ("id",),
                "f.location_id, f.left_at FROM {r} r JOIN feedback_feedback f ON f.call_id = r.id",
            ),
            (
                ("id",),
                "f.location_id, f.left_at FROM {r} r JOIN feedback_feedbackrequest q ON q.call_id = r.id"
                " JOIN feedback_feedback f ON f.id = q.feedback_id",
            ),
            (("id",), f"{_REQUEST_MOMENT} FROM {{r}} r JOIN feedback_feedbackrequest q ON q.call_id = r.id"),
        ),
        is_counted=False,
    ),
    Watched(
        "feedback_rating",
        ("call_id", "outcome", "right_party", "quality", "issues", "revision", "after_call_seconds"),
        ((("call_id",), f"{_CALL_MOMENT} FROM {{r}} r JOIN calls_call c ON c.id = r.call_id"),),
    ),
    Watched(
        "feedback_ratingleg",
        ("rating_id", "revision", "delivery_id"),
        (
            (
                ("rating_id",),
                f"{_CALL_MOMENT} FROM {{r}} r JOIN feedback_rating g ON g.id = r.rating_id"
                " JOIN calls_call c ON c.id = g.call_id",
            ),
        ),
    ),
    Watched(
        "integrations_delivery",
        ("state",),
        (
            (
                ("id",),
                f"{_CALL_MOMENT} FROM {{r}} r JOIN feedback_ratingleg l ON l.delivery_id = r.id"
                " JOIN feedback_rating g ON g.id = l.rating_id JOIN calls_call c ON c.id = g.call_id",
            ),
        ),
        is_counted=False,
    ),
    Watched(
        "feedback_feedback",
        ("location_id", "left_at", "kind", "nps_score", "star_rating", "happy", "call_id", "gone_at"),
        (
            (("location_id", "left_at"), "r.location_id, r.left_at FROM {r} r"),
            (("call_id",), f"{_CALL_MOMENT} FROM {{r}} r JOIN calls_call c ON c.id = r.call_id"),
            (
                ("id",),
                f"{_CALL_MOMENT} FROM {{r}} r JOIN feedback_feedbackrequest q ON q.feedback_id = r.id"
                " JOIN calls_call c ON c.id = q.call_id",
            ),
        ),
    ),
    Watched(
        "feedback_feedbackrequest",
        (
            *("location_id", "due_at", "requested_at", "call_id", "feedback_id", "vendor_feedback", "vendor_id"),
            *("cancelled_at", "suppress", "type", "template_id", "bounced", "opened", "clicked"),
        ),
        (
            (
                ("location_id", "due_at", "requested_at"),
                "r.location_id, COALESCE(r.due_at, r.requested_at) FROM {r} r",
            ),
            (
                ("feedback_id",),
                "f.location_id, f.left_at FROM {r} r JOIN feedback_feedback f ON f.id = r.feedback_id",
            ),
            (
                ("call_id", "feedback_id"),
                f"{_CALL_MOMENT} FROM {{r}} r JOIN calls_call c ON c.id = r.call_id WHERE r.feedback_id IS NOT NULL",
            ),
        ),
    ),
    # A request whose type nobody reported is a text message or not by its template.
    Watched(
        "feedback_messagetemplate",
        ("channel",),
        ((("id",), f"{_REQUEST_MOMENT} FROM {{r}} r JOIN feedback_feedbackrequest q ON q.template_id = r.id"),),
        is_counted=False,
    ),
    Watched(
        "feedback_review",
        ("location_id", "written_at", "rating", "replied_at", "gone_at"),
        ((("location_id", "written_at"), "r.location_id, r.written_at FROM {r} r"),),
    ),
    # By another clock every day of the location is another one: a moment of NULL says "all of it".
    Watched("customers_location", ("time_zone",), ((("id",), "r.id, NULL FROM {r} r"),), is_counted=False),
)
