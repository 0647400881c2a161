"""What both databases are told in the same words."""
# ruff: noqa: S608  (statements of fixed words; no value from outside stands in them)

import hashlib

from feedback.inbox.moods import DETRACTORS, FEW_STARS, PROMOTERS, SATISFIED
from integrations.choices import DeliveryState

DATED = "COALESCE({0}.ended_at, {0}.created_at)".format

# 1 is the unhappiest; the same as moods.OF_MOOD, and a test compares the two.
_RANK = f"""CASE
 WHEN f.kind = 'nps' AND f.nps_score <= {DETRACTORS} OR f.kind = 'stars' AND f.star_rating <= {FEW_STARS}
  OR f.kind = 'happy' AND NOT f.happy THEN 1
 WHEN f.kind = 'nps' AND f.nps_score < {PROMOTERS} OR f.kind = 'stars' AND f.star_rating < {SATISFIED} THEN 2
 WHEN f.kind = 'nps' AND f.nps_score IS NOT NULL OR f.kind = 'stars' AND f.star_rating IS NOT NULL
  OR f.kind = 'happy' AND f.happy THEN 3
 ELSE 4 END"""

_UNHAPPIEST = f"""CASE MIN({_RANK}) WHEN 1 THEN 'unhappy' WHEN 2 THEN 'between' WHEN 3 THEN 'happy'
  WHEN 4 THEN 'unclear' END"""

# The mood of the call `c`, NULL where nobody answered. What is gone at the vendor is no answer any more.
MOOD = f"""(SELECT {_UNHAPPIEST}
 FROM (SELECT f1.* FROM feedback_feedback f1 WHERE f1.call_id = c.id
  UNION ALL SELECT f2.* FROM feedback_feedbackrequest q JOIN feedback_feedback f2 ON f2.id = q.feedback_id
  WHERE q.call_id = c.id) f
 WHERE f.gone_at IS NULL)"""


def answers(calls):
    """The INSERT of the answers of some calls, given as a condition on `c.id`."""
    return f"""INSERT INTO feedback_callanswer (call_id, mood, at)
 SELECT a.id, a.mood, a.at FROM (SELECT c.id, {MOOD} AS mood, {DATED("c")} AS at FROM calls_call c WHERE {calls}) a
 WHERE a.mood IS NOT NULL"""


def answers_of_new(calls):
    """The same for calls that are so new that nobody was asked about them, given as a condition on `f.call_id`: one
    walk over their answers."""
    return f"""INSERT INTO feedback_callanswer (call_id, mood, at)
 SELECT f.call_id, {_UNHAPPIEST}, {DATED("c")} FROM feedback_feedback f JOIN calls_call c ON c.id = f.call_id
 WHERE f.call_id {calls} AND f.gone_at IS NULL GROUP BY f.call_id"""


def parked(deliveries):
    """The INSERT of those of some deliveries that need a person, given as a condition on `l.delivery_id`."""
    return f"""INSERT INTO feedback_callparked (delivery_id, call_id, at)
 SELECT l.delivery_id, c.id, {DATED("c")} FROM feedback_ratingleg l
 JOIN integrations_delivery d ON d.id = l.delivery_id AND d.state = '{DeliveryState.PARKED}'
 JOIN feedback_rating r ON r.id = l.rating_id AND r.revision = l.revision
 JOIN calls_call c ON c.id = r.call_id WHERE l.delivery_id {deliveries}"""


# A delivery that a person must look at, or that they have been rid of.
TO_AND_FRO = f"OLD.state <> NEW.state AND '{DeliveryState.PARKED}' IN (OLD.state, NEW.state)"


def named(name, *parts):
    """A name that holds a digest of its text, so that another text is another trigger and is made anew."""
    return f"{name}_{hashlib.sha256(repr(parts).encode()).hexdigest()[:8]}"
