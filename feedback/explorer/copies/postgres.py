"""The triggers in PostgreSQL's words, and how it reads the words of the notes.

What adds or takes away rows is heard once a statement, so that a copy of ten thousand rows costs little more than
one; a change is heard row by row, and only where a column that matters changed.

Two transactions do not see what the other has written and not committed. So whoever writes a copy first holds the row
of the call that it is of, and whoever reads an answer for it the row of the answer: the second one waits, and reads
what the first has written.
"""
# ruff: noqa: S608  (statements of fixed words; no value from outside stands in them)

import string

from feedback.explorer.copies.words import DATED, MOOD, TO_AND_FRO, answers, named, parked
from integrations.choices import DeliveryState

PREFIX = "explorer_"
# Words are what stands between blanks when these are blanks, whatever the database's locale; "simple" makes them small.
_MARKS = string.punctuation.replace("'", "") + "'"


def words(notes):
    """The words of a column of notes, as the index has them (migration 0018)."""
    return f"to_tsvector('simple'::regconfig, translate({notes}, $marks${_MARKS}$marks$, repeat(' ', {len(_MARKS)})))"


_CHANGED = "OLD.{0} IS DISTINCT FROM NEW.{0}".format
_ISSUES = """INSERT INTO feedback_callissue (call_id, issue, at)
 SELECT DISTINCT f.call_id, j.issue, f.called_at FROM {rows} f, jsonb_array_elements_text(
  CASE jsonb_typeof(f.issues) WHEN 'array' THEN f.issues ELSE '[]'::jsonb END) j(issue)
 WHERE {which} ON CONFLICT DO NOTHING;"""

_HELD = "FROM calls_call c WHERE c.id {0} ORDER BY c.id FOR NO KEY UPDATE".format
_HOLD = "PERFORM 1 {0};".format
_HOLD_ANSWERS = "PERFORM 1 FROM feedback_feedback a WHERE a.id {0} ORDER BY a.id FOR SHARE;".format
# What may come to need a person any moment, or just did: whoever records that holds the delivery too.
_WAITING = f"""FROM integrations_delivery d WHERE d.state IN ('{DeliveryState.PENDING}', '{DeliveryState.PARKED}')
  AND d.id IN (SELECT l.delivery_id FROM feedback_ratingleg l JOIN feedback_rating r ON r.id = l.rating_id WHERE {{0}})
  ORDER BY d.id FOR NO KEY UPDATE""".format
_CALLED_AT = f"SELECT {DATED('c')} INTO NEW.called_at {_HELD('= NEW.call_id')}; RETURN NEW;"

# name → body of a function without arguments that returns a trigger
_FUNCTIONS = {
    "call_dated": f"""UPDATE feedback_rating SET called_at = {DATED("NEW")} WHERE call_id = NEW.id;
 UPDATE feedback_callissue SET at = {DATED("NEW")} WHERE call_id = NEW.id;
 UPDATE feedback_callanswer SET at = {DATED("NEW")} WHERE call_id = NEW.id;
 {_HOLD(_WAITING("r.call_id = NEW.id"))}
 UPDATE feedback_callparked SET at = {DATED("NEW")} WHERE call_id = NEW.id; RETURN NULL;""",
    # A row that was read before its wrap-up was saved, and is saved whole after it, must not take that back.
    "call_wrapped": """NEW.wrapped_up_at := (SELECT r.first_saved_at FROM feedback_rating r WHERE r.call_id = NEW.id);
 RETURN NEW;""",
    "call_gone": """DELETE FROM feedback_callissue i USING gone WHERE i.call_id = gone.id;
 DELETE FROM feedback_callanswer a USING gone WHERE a.call_id = gone.id;
 DELETE FROM feedback_callparked p USING gone WHERE p.call_id = gone.id; RETURN NULL;""",
    "rating_dated": _CALLED_AT,
    "rating_redated": _CALLED_AT,
    "rating_new": f"""UPDATE calls_call c SET wrapped_up_at = f.first_saved_at FROM fresh f
  WHERE c.id = f.call_id AND c.wrapped_up_at IS DISTINCT FROM f.first_saved_at;
 {_ISSUES.format(rows="fresh", which="true")} RETURN NULL;""",
    "rating": f"""{_HOLD(_HELD("= NEW.call_id"))}
 UPDATE calls_call SET wrapped_up_at = NEW.first_saved_at WHERE id = NEW.call_id
  AND wrapped_up_at IS DISTINCT FROM NEW.first_saved_at;
 DELETE FROM feedback_callissue WHERE call_id = OLD.call_id;
 {_ISSUES.format(rows="feedback_rating", which="f.id = NEW.id")} RETURN NULL;""",
    "rating_gone": f"""{_HOLD(_HELD("IN (SELECT call_id FROM gone)"))}
 UPDATE calls_call c SET wrapped_up_at = NULL FROM gone WHERE c.id = gone.call_id;
 DELETE FROM feedback_callissue i USING gone WHERE i.call_id = gone.call_id; RETURN NULL;""",
    "answer_new": "PERFORM {prefix}answers(ARRAY(SELECT call_id FROM fresh WHERE call_id IS NOT NULL)); RETURN NULL;",
    "answer": """PERFORM {prefix}answers(ARRAY[OLD.call_id, NEW.call_id] || ARRAY(
  SELECT q.call_id FROM feedback_feedbackrequest q WHERE q.feedback_id = NEW.id)); RETURN NULL;""",
    "answer_gone": """PERFORM {prefix}answers(ARRAY(SELECT call_id FROM gone UNION
  SELECT q.call_id FROM feedback_feedbackrequest q JOIN gone ON q.feedback_id = gone.id)); RETURN NULL;""",
    "request_new": f"""{_HOLD_ANSWERS("IN (SELECT feedback_id FROM fresh)")}
 PERFORM {PREFIX}answers(ARRAY(SELECT call_id FROM fresh
  WHERE call_id IS NOT NULL AND feedback_id IS NOT NULL)); RETURN NULL;""",
    "request": f"""{_HOLD_ANSWERS("IN (OLD.feedback_id, NEW.feedback_id)")}
 PERFORM {PREFIX}answers(ARRAY[OLD.call_id, NEW.call_id]); RETURN NULL;""",
    "request_gone": """PERFORM {prefix}answers(ARRAY(SELECT call_id FROM gone
  WHERE call_id IS NOT NULL AND feedback_id IS NOT NULL)); RETURN NULL;""",
    "delivery_parked": "PERFORM {prefix}parked(ARRAY[NEW.id]); RETURN NULL;",
    "rating_revised": """PERFORM {prefix}parked(ARRAY(
  SELECT l.delivery_id FROM feedback_ratingleg l WHERE l.rating_id = NEW.id)); RETURN NULL;""",
    "leg_new": "PERFORM {prefix}parked(ARRAY(SELECT delivery_id FROM fresh)); RETURN NULL;",
    "leg": "PERFORM {prefix}parked(ARRAY[OLD.delivery_id, NEW.delivery_id]); RETURN NULL;",
    "leg_gone": "PERFORM {prefix}parked(ARRAY(SELECT delivery_id FROM gone)); RETURN NULL;",
}
_ANSWERS = f"""calls bigint[]) RETURNS void LANGUAGE plpgsql AS $body$ BEGIN
 IF NOT EXISTS (SELECT 1 FROM unnest(calls) u WHERE u IS NOT NULL) THEN RETURN; END IF;
 {_HOLD(_HELD("= ANY(calls)"))}
 DELETE FROM feedback_callanswer a USING calls_call c
  WHERE a.call_id = ANY(calls) AND c.id = a.call_id AND {MOOD} IS NULL;
 {answers("c.id = ANY(calls)")} ON CONFLICT (call_id) DO UPDATE SET mood = EXCLUDED.mood, at = EXCLUDED.at;
END $body$"""

# Nobody who holds a delivery waits for a call: a worker that records an answer is never in anybody's way.
_PARKED = f"""deliveries bigint[]) RETURNS void LANGUAGE plpgsql AS $body$ BEGIN
 PERFORM 1 FROM integrations_delivery d WHERE d.id = ANY(deliveries) ORDER BY d.id FOR NO KEY UPDATE;
 DELETE FROM feedback_callparked WHERE delivery_id = ANY(deliveries);
 {parked("= ANY(deliveries)")} ON CONFLICT (delivery_id) DO NOTHING;
END $body$"""
_SHARED = {"answers": _ANSWERS, "parked": _PARKED}

_ROW, _NEW = "FOR EACH ROW", "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
_OLD = "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT"
_WHEN = {
    "call_dated": f"AFTER UPDATE ON calls_call {_ROW} WHEN ({DATED('OLD')} IS DISTINCT FROM {DATED('NEW')})",
    "call_wrapped": f"BEFORE UPDATE ON calls_call {_ROW} WHEN ({_CHANGED('wrapped_up_at')})",
    "call_gone": f"AFTER DELETE ON calls_call {_OLD}",
    "rating_dated": f"BEFORE INSERT ON feedback_rating {_ROW}",
    # Only where somebody writes another date or call: a save holds the call no longer than it must.
    "rating_redated": f"BEFORE UPDATE ON feedback_rating {_ROW} "
    f"WHEN ({_CHANGED('called_at')} OR {_CHANGED('call_id')})",
    "rating_new": f"AFTER INSERT ON feedback_rating {_NEW}",
    "rating": f"AFTER UPDATE ON feedback_rating {_ROW} WHEN ({_CHANGED('issues')} OR {_CHANGED('first_saved_at')})",
    "rating_gone": f"AFTER DELETE ON feedback_rating {_OLD}",
    "answer_new": f"AFTER INSERT ON feedback_feedback {_NEW}",
    "answer": f"AFTER UPDATE ON feedback_feedback {_ROW} WHEN ({_CHANGED('call_id')} OR {_CHANGED('kind')} OR "
    f"{_CHANGED('nps_score')} OR {_CHANGED('star_rating')} OR {_CHANGED('happy')} OR {_CHANGED('gone_at')})",
    "answer_gone": f"AFTER DELETE ON feedback_feedback {_OLD}",
    "request_new": f"AFTER INSERT ON feedback_feedbackrequest {_NEW}",
    "request": f"AFTER UPDATE ON feedback_feedbackrequest {_ROW} "
    f"WHEN ({_CHANGED('call_id')} OR {_CHANGED('feedback_id')})",
    "request_gone": f"AFTER DELETE ON feedback_feedbackrequest {_OLD}",
    "delivery_parked": f"AFTER UPDATE ON integrations_delivery {_ROW} WHEN ({TO_AND_FRO})",
    "rating_revised": f"AFTER UPDATE ON feedback_rating {_ROW} WHEN ({_CHANGED('revision')} OR {_CHANGED('call_id')})",
    "leg_new": f"AFTER INSERT ON feedback_ratingleg {_NEW}",
    "leg": f"AFTER UPDATE ON feedback_ratingleg {_ROW} "
    f"WHEN ({_CHANGED('rating_id')} OR {_CHANGED('revision')} OR {_CHANGED('delivery_id')})",
    "leg_gone": f"AFTER DELETE ON feedback_ratingleg {_OLD}",
}

# Of the calls with keys from `first` to `last`.
_HERE = "BETWEEN %(first)s AND %(last)s"
_LEGS = f"""SELECT l1.delivery_id FROM feedback_rating r1 JOIN feedback_ratingleg l1 ON l1.rating_id = r1.id
 WHERE r1.call_id {_HERE}"""
FILL = (
    f"SELECT 1 {_HELD(_HERE)}",
    f"""UPDATE feedback_rating r SET called_at = {DATED("c")} FROM calls_call c
 WHERE c.id = r.call_id AND r.call_id {_HERE} AND r.called_at IS DISTINCT FROM {DATED("c")}""",
    f"""UPDATE calls_call c SET wrapped_up_at = r.first_saved_at FROM feedback_rating r
 WHERE r.call_id = c.id AND c.id {_HERE} AND c.wrapped_up_at IS DISTINCT FROM r.first_saved_at""",
    f"""UPDATE calls_call c SET wrapped_up_at = NULL WHERE c.id {_HERE} AND c.wrapped_up_at IS NOT NULL
 AND NOT EXISTS (SELECT 1 FROM feedback_rating r WHERE r.call_id = c.id)""",
    f"DELETE FROM feedback_callissue WHERE call_id {_HERE}",
    _ISSUES.format(rows="feedback_rating", which=f"f.call_id {_HERE}").rstrip(";"),
    f"DELETE FROM feedback_callanswer WHERE call_id {_HERE}",
    f"{answers(f'c.id {_HERE}')} ON CONFLICT (call_id) DO NOTHING",
    f"SELECT 1 {_WAITING(f'r.call_id {_HERE}')}",
    f"DELETE FROM feedback_callparked WHERE call_id {_HERE}",
    f"{parked(f'IN ({_LEGS})')} ON CONFLICT (delivery_id) DO NOTHING",
)


def wanted():
    """The names there are when all is in place."""
    return {_named(name) for name in _WHEN}


def _named(name):
    """Its functions are part of what a trigger is."""
    return named(PREFIX + name, _WHEN[name], _FUNCTIONS[name], _SHARED)


def installed(connection):
    """Those of ours that are there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'explorer%%'")
        return {name for (name,) in cursor.fetchall()}


def install(connection):
    with connection.cursor() as cursor:
        for name, body in _SHARED.items():
            cursor.execute(f"CREATE OR REPLACE FUNCTION {PREFIX}{name}({body}")
        for name, body in _FUNCTIONS.items():
            body = body.replace("{prefix}", PREFIX)
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {PREFIX}{name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$body$ BEGIN {body} END $body$"
            )
            cursor.execute(f"CREATE TRIGGER {_named(name)} {_WHEN[name]} EXECUTE FUNCTION {PREFIX}{name}()")


def remove(connection):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'explorer%%' "
            "AND pronamespace = current_schema()::regnamespace"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {name} CASCADE")
