"""The triggers in SQLite's words, and its full-text index of the notes.

Django changes a table here by making it anew, and neither lets triggers survive that nor get by with any: they are
taken away before migrations and put back after them.
"""
# ruff: noqa: S608  (statements of fixed words; no value from outside stands in them)

from feedback.explorer.copies.words import DATED, TO_AND_FRO, answers, answers_of_new, named, parked

PREFIX = "explorer_"
NOTES = "feedback_notes"

_OF_RATING = f"(SELECT {DATED('c')} FROM calls_call c WHERE c.id = NEW.call_id)"
_ISSUES = f"""INSERT OR IGNORE INTO feedback_callissue (call_id, issue, at)
 SELECT NEW.call_id, j.value, {_OF_RATING} FROM json_each(NEW.issues) j WHERE j.type = 'text';"""
_NOTES = f"""DELETE FROM {NOTES} WHERE rowid = NEW.id;
 INSERT INTO {NOTES} (rowid, notes) SELECT NEW.id, NEW.notes WHERE NEW.notes <> '';"""


def _answers_of(calls):
    calls = f"({calls})"
    return f"DELETE FROM feedback_callanswer WHERE call_id IN {calls};\n{answers(f'c.id IN {calls}')};"


def _parked(deliveries):
    return f"""DELETE FROM feedback_callparked WHERE delivery_id IN ({deliveries});
 {parked(f"IN ({deliveries})")} ON CONFLICT DO NOTHING;"""


def _of_feedback(row, also=""):
    asked = f"SELECT q.call_id FROM feedback_feedbackrequest q WHERE q.feedback_id = {row}.id"
    return f"SELECT {row}.call_id{also} UNION {asked}"


# name → (when, the condition or "", what)
TRIGGERS = {
    "call_dated": (
        "AFTER UPDATE OF ended_at, created_at ON calls_call",
        f"{DATED('OLD')} IS NOT {DATED('NEW')}",
        f"""UPDATE feedback_rating SET called_at = {DATED("NEW")} WHERE call_id = NEW.id;
 UPDATE feedback_callissue SET at = {DATED("NEW")} WHERE call_id = NEW.id;
 UPDATE feedback_callanswer SET at = {DATED("NEW")} WHERE call_id = NEW.id;
 UPDATE feedback_callparked SET at = {DATED("NEW")} WHERE call_id = NEW.id;""",
    ),
    # A row that was read before its wrap-up was saved, and is saved whole after it, must not take that back.
    "call_wrapped": (
        "AFTER UPDATE OF wrapped_up_at ON calls_call",
        "NEW.wrapped_up_at IS NOT (SELECT r.first_saved_at FROM feedback_rating r WHERE r.call_id = NEW.id)",
        """UPDATE calls_call SET wrapped_up_at =
 (SELECT r.first_saved_at FROM feedback_rating r WHERE r.call_id = NEW.id) WHERE id = NEW.id;""",
    ),
    "call_gone": (
        "AFTER DELETE ON calls_call",
        "",
        """DELETE FROM feedback_callissue WHERE call_id = OLD.id;
 DELETE FROM feedback_callanswer WHERE call_id = OLD.id;
 DELETE FROM feedback_callparked WHERE call_id = OLD.id;""",
    ),
    "rating_new": (
        "AFTER INSERT ON feedback_rating",
        "",
        f"""UPDATE feedback_rating SET called_at = {_OF_RATING} WHERE id = NEW.id AND called_at IS NOT {_OF_RATING};
 UPDATE calls_call SET wrapped_up_at = NEW.first_saved_at
  WHERE id = NEW.call_id AND wrapped_up_at IS NOT NEW.first_saved_at;""",
    ),
    "rating_new_issues": ("AFTER INSERT ON feedback_rating", "NEW.issues <> '[]'", _ISSUES),
    "rating_new_notes": ("AFTER INSERT ON feedback_rating", "NEW.notes <> ''", _NOTES),
    "rating_dated": (
        "AFTER UPDATE OF called_at ON feedback_rating",
        f"NEW.called_at IS NOT {_OF_RATING}",
        f"UPDATE feedback_rating SET called_at = {_OF_RATING} WHERE id = NEW.id;",
    ),
    "rating_first": (
        "AFTER UPDATE OF first_saved_at ON feedback_rating",
        "OLD.first_saved_at IS NOT NEW.first_saved_at",
        "UPDATE calls_call SET wrapped_up_at = NEW.first_saved_at WHERE id = NEW.call_id;",
    ),
    "rating_issues": (
        "AFTER UPDATE OF issues ON feedback_rating",
        "OLD.issues IS NOT NEW.issues",
        f"DELETE FROM feedback_callissue WHERE call_id = OLD.call_id;\n{_ISSUES}",
    ),
    "rating_notes": ("AFTER UPDATE OF notes ON feedback_rating", "OLD.notes <> NEW.notes", _NOTES),
    "rating_gone": (
        "AFTER DELETE ON feedback_rating",
        "",
        """UPDATE calls_call SET wrapped_up_at = NULL WHERE id = OLD.call_id;
 DELETE FROM feedback_callissue WHERE call_id = OLD.call_id;""",
    ),
    "rating_gone_notes": ("AFTER DELETE ON feedback_rating", "", f"DELETE FROM {NOTES} WHERE rowid = OLD.id;"),
    "answer_new": ("AFTER INSERT ON feedback_feedback", "NEW.call_id IS NOT NULL", _answers_of("NEW.call_id")),
    "answer": (
        "AFTER UPDATE OF call_id, kind, nps_score, star_rating, happy, gone_at ON feedback_feedback",
        """OLD.call_id IS NOT NEW.call_id OR OLD.kind IS NOT NEW.kind OR OLD.nps_score IS NOT NEW.nps_score
 OR OLD.star_rating IS NOT NEW.star_rating OR OLD.happy IS NOT NEW.happy OR OLD.gone_at IS NOT NEW.gone_at""",
        _answers_of(_of_feedback("NEW", " UNION SELECT OLD.call_id")),
    ),
    "answer_gone": ("AFTER DELETE ON feedback_feedback", "", _answers_of(_of_feedback("OLD"))),
    "request_new": (
        "AFTER INSERT ON feedback_feedbackrequest",
        "NEW.call_id IS NOT NULL AND NEW.feedback_id IS NOT NULL",
        _answers_of("NEW.call_id"),
    ),
    "request": (
        "AFTER UPDATE OF call_id, feedback_id ON feedback_feedbackrequest",
        "OLD.call_id IS NOT NEW.call_id OR OLD.feedback_id IS NOT NEW.feedback_id",
        _answers_of("SELECT NEW.call_id UNION SELECT OLD.call_id"),
    ),
    "request_gone": (
        "AFTER DELETE ON feedback_feedbackrequest",
        "OLD.call_id IS NOT NULL AND OLD.feedback_id IS NOT NULL",
        _answers_of("OLD.call_id"),
    ),
    "delivery_parked": ("AFTER UPDATE OF state ON integrations_delivery", TO_AND_FRO, _parked("NEW.id")),
    "rating_revised": (
        "AFTER UPDATE OF revision, call_id ON feedback_rating",
        "OLD.revision <> NEW.revision OR OLD.call_id <> NEW.call_id",
        _parked("SELECT l.delivery_id FROM feedback_ratingleg l WHERE l.rating_id = NEW.id"),
    ),
    "leg_new": ("AFTER INSERT ON feedback_ratingleg", "", _parked("NEW.delivery_id")),
    "leg": (
        "AFTER UPDATE OF rating_id, revision, delivery_id ON feedback_ratingleg",
        "",
        _parked("SELECT OLD.delivery_id UNION SELECT NEW.delivery_id"),
    ),
    "leg_gone": ("AFTER DELETE ON feedback_ratingleg", "", _parked("OLD.delivery_id")),
}

# Of the calls with keys from `first` to `last`.
_HERE = "BETWEEN %(first)s AND %(last)s"
_DATE_OF = f"(SELECT {DATED('c')} FROM calls_call c WHERE c.id = feedback_rating.call_id)"
_LEGS = f"""SELECT l1.delivery_id FROM feedback_rating r1 JOIN feedback_ratingleg l1 ON l1.rating_id = r1.id
 WHERE r1.call_id {_HERE}"""
_SAVED = "(SELECT r.first_saved_at FROM feedback_rating r WHERE r.call_id = calls_call.id)"
FILL = (
    f"UPDATE feedback_rating SET called_at = {_DATE_OF} WHERE call_id {_HERE} AND called_at IS NOT {_DATE_OF}",
    f"UPDATE calls_call SET wrapped_up_at = {_SAVED} WHERE id {_HERE} AND wrapped_up_at IS NOT {_SAVED}",
    f"DELETE FROM feedback_callissue WHERE call_id {_HERE}",
    f"""INSERT OR IGNORE INTO feedback_callissue (call_id, issue, at)
 SELECT r.call_id, j.value, r.called_at FROM feedback_rating r, json_each(r.issues) j
 WHERE r.call_id {_HERE} AND r.issues <> '[]' AND j.type = 'text'""",
    f"DELETE FROM feedback_callanswer WHERE call_id {_HERE}",
    answers(f"c.id {_HERE}"),
    f"DELETE FROM feedback_callparked WHERE call_id {_HERE}",
    f"{parked(f'IN ({_LEGS})')} ON CONFLICT DO NOTHING",
    f"DELETE FROM {NOTES} WHERE rowid IN (SELECT r.id FROM feedback_rating r WHERE r.call_id {_HERE})",
    f"INSERT INTO {NOTES} (rowid, notes) SELECT r.id, r.notes FROM feedback_rating r "
    f"WHERE r.call_id {_HERE} AND r.notes <> ''",
)

# The trigger that sees new answers, and what it would do for those of new calls from `first` to `last`.
NEW_ANSWER = named(PREFIX + "answer_new", *TRIGGERS["answer_new"])
OF_NEW_ANSWERS = (f"DELETE FROM feedback_callanswer WHERE call_id {_HERE}", answers_of_new(_HERE))


def wanted():
    """The names there are when all is in place."""
    return {named(PREFIX + name, *parts) for name, parts in TRIGGERS.items()} | {NOTES}


def installed(connection):
    """Those of ours that are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'explorer%%' OR name = %s", [NOTES]
        )
        return {name for (name,) in cursor.fetchall()}


def install(connection):
    with connection.cursor() as cursor:
        # With texts of its own: an index that is told to forget what it never had breaks, and with it every save.
        # Accents count as they do in PostgreSQL.
        cursor.execute(
            f"CREATE VIRTUAL TABLE {NOTES} USING fts5(notes, detail=none, columnsize=0, "
            "tokenize='unicode61 remove_diacritics 0')"
        )
        for name, (when, only, what) in TRIGGERS.items():
            condition = f"WHEN {only}" if only else ""
            name = named(PREFIX + name, when, only, what)
            cursor.execute(f"CREATE TRIGGER {name} {when} {condition} BEGIN {what} END")


def remove(connection):
    with connection.cursor() as cursor:
        for name in installed(connection) - {NOTES}:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {NOTES}")
