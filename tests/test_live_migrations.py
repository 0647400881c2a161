"""Migrations of tables that are full and in use: nobody waits for an index, and an interrupted one goes on."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from accounts import live_migrations as live
from customers.models import Customer, PhoneNumber

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
OURS = ("accounts", "integrations", "customers", "calls", "feedback")
TWICE = (
    *(live.AddIndexLive, live.RemoveIndexLive, live.AddUniqueLive, live.DropOwnIndex, live.AddPostgresIndexLive),
    live.AddTrigramIndexLive,
    migrations.RunPython,
)


def live_ones():
    loader = MigrationLoader(None)
    found = [key for key, one in loader.disk_migrations.items() if key[0] in OURS and not one.atomic]
    return sorted(found)


def run_again(app, name):
    """As `migrate` does after somebody stopped it just before it had written down that this one is done."""
    loader = MigrationLoader(connection)
    with connection.schema_editor(atomic=False) as editor:
        loader.get_migration(app, name).apply(loader.project_state((app, name), at_end=False), editor)


@pytest.mark.parametrize(("app", "name"), live_ones())
def test_one_that_was_interrupted_is_run_again_from_its_beginning(app, name):
    migration = MigrationLoader(None).get_migration(app, name)
    assert {type(step) for step in migration.operations} <= set(TWICE), "a step that fails the second time"
    run_again(app, name)


def test_there_are_such_migrations():
    assert ("feedback", "0018_found_by_anything") in live_ones()


@pytest.fixture
def shelf():
    """A table of its own, with a unique rule and a key to another table whose index may go."""
    states = ProjectState()
    fields = [("id", models.BigAutoField(primary_key=True)), ("title", models.CharField(max_length=20))]
    step = migrations.CreateModel("Book", fields)
    step.state_forwards("shelf", states)
    with connection.schema_editor() as editor:
        editor.create_model(states.apps.get_model("shelf", "Book"))
    yield states
    with connection.schema_editor() as editor:
        editor.delete_model(states.apps.get_model("shelf", "Book"))


INDEX = live.AddIndexLive("book", models.Index(fields=["title"], name="book_by_title"))
UNIQUE = live.AddUniqueLive(
    "book", models.UniqueConstraint(fields=["title"], condition=~models.Q(title=""), name="book_title_once")
)


def carry_out(step, state, back=False):
    after = state.clone()
    step.state_forwards("shelf", after)
    with connection.schema_editor(atomic=False) as editor:
        if back:
            step.database_backwards("shelf", editor, after, state)
        else:
            step.database_forwards("shelf", editor, state, after)


def valid(name):
    """Whether there is such an index, and it is of use; None for none."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name])
        else:
            cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = %s", [name])
        found = cursor.fetchone()
    return found and bool(found[0])


@pytest.mark.parametrize(("step", "name"), [(INDEX, "book_by_title"), (UNIQUE, "book_title_once")])
def test_an_index_is_made_once_however_often_it_is_asked_for_and_goes_again(shelf, step, name):
    for _ in range(2):
        carry_out(step, shelf)
        assert valid(name)
    for _ in range(2):
        carry_out(step, shelf, back=True)
        assert valid(name) is None


def test_removing_one_goes_both_ways_and_twice(shelf):
    carry_out(INDEX, shelf)
    INDEX.state_forwards("shelf", shelf)
    gone = live.RemoveIndexLive("book", "book_by_title")
    for _ in range(2):
        carry_out(gone, shelf)
        assert valid("book_by_title") is None
    for _ in range(2):
        carry_out(gone, shelf, back=True)
        assert valid("book_by_title")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's are made in one go")
@pytest.mark.parametrize(("step", "name"), [(INDEX, "book_by_title"), (UNIQUE, "book_title_once")])
def test_one_whose_making_was_interrupted_is_made_anew(shelf, step, name):
    carry_out(step, shelf)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)", [name])
    assert valid(name) is False
    carry_out(step, shelf)
    assert valid(name)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads them one by one")
@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (Customer.objects.filter(name__icontains="livei"), "customer_name_parts"),
        (Customer.objects.filter(email__icontains="livei"), "customer_email_parts"),
        (PhoneNumber.objects.filter(e164__contains="5550"), "number_parts"),
    ],
)
def test_a_part_of_a_text_is_asked_as_its_index_has_it(rows, index):
    sql, params = rows.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert index in plan


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no extensions")
def test_a_server_without_trigrams_is_migrated_all_the_same(shelf, monkeypatch):
    monkeypatch.setattr(live, "_has_trigrams", lambda editor: False)
    carry_out(live.AddTrigramIndexLive("book_parts", "shelf_book", "upper(title::text)"), shelf)
    assert valid("book_parts") is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer whatever one does")
def test_postgres_makes_and_drops_them_concurrently(shelf, django_assert_num_queries):
    told = []
    with connection.execute_wrapper(lambda run, sql, *more: (told.append(str(sql)), run(sql, *more))[1]):
        carry_out(INDEX, shelf), carry_out(INDEX, shelf, back=True)
        carry_out(UNIQUE, shelf), carry_out(UNIQUE, shelf, back=True)
    said = [sql for sql in told if "INDEX" in sql]
    assert len(said) == 4 and all("CONCURRENTLY" in sql for sql in said)
