"""Who is on a call now is found by small indexes. Asked of SQLite alone: PostgreSQL plans by what a table holds."""

import pytest
from django.db import connection as db
from django.test.utils import CaptureQueriesContext

from feedback.overview import live
from feedback.scope import Scope
from feedback.services import any_due_soon

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("narrowed", [{}, {"provider": "plivo"}, {"location": "riverside"}])
def test_the_team_now_is_found_by_the_index_of_the_few(world, narrowed):
    """Not by that of all calls of a status, a place or a provider, of which there may be a million."""
    scope = Scope.of_last(world.supervisor, 7, **{key: getattr(world, word, word) for key, word in narrowed.items()})
    with CaptureQueriesContext(db) as asked:
        live.team(scope)
        any_due_soon()
    plans = [_plan(one["sql"]) for one in asked if 'FROM "calls_call"' in one["sql"]]
    assert len(plans) == 4  # live, wrapping up, unfinished, and what the pulse asks
    assert all(any(name in plan for name in ("call_live", "call_wrap_up_due", "call_clock_runs")) for plan in plans), (
        plans
    )


def _plan(sql):
    with db.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return " ".join(str(row[-1]) for row in cursor.fetchall())
