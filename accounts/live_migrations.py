"""Steps of a migration that nobody waits for: indexes are made and dropped while others write.

PostgreSQL does that outside a transaction only, so a migration with these says `atomic = False`, and has no other
steps: what was done before an interruption is not undone, and the migration is run again from its beginning. Each of
these therefore looks first at what is there; an index whose making was interrupted is there and is no use to anybody
(not valid), and is made anew. SQLite has one writer at a time whatever one does, and makes an index of a million rows
within seconds.
"""

from django.db import DatabaseError
from django.db.migrations import AddConstraint, AddIndex, AlterField, RemoveIndex, RunSQL


class AddIndexLive(AddIndex):
    """AddIndex without a lock on the table."""

    atomic = False

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _make(schema_editor, self.index.name, self.index.create_sql(model, schema_editor))

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _drop(schema_editor, self.index.name)


class RemoveIndexLive(RemoveIndex):
    """RemoveIndex without a lock on the table."""

    atomic = False

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _drop(schema_editor, self.name)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            index = to_state.models[app_label, self.model_name_lower].get_index_by_name(self.name)
            _make(schema_editor, self.name, index.create_sql(model, schema_editor))


class AddUniqueLive(AddConstraint):
    """AddConstraint of what is unique under a condition, which is an index, without a lock on the table."""

    atomic = False

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _make(schema_editor, self.constraint.name, self.constraint.create_sql(model, schema_editor))

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _drop(schema_editor, self.constraint.name)


class DropOwnIndex(AlterField):
    """AlterField of a foreign key to `db_index=False`: its own index goes, and the table is not made anew for it."""

    atomic = False

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = from_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        named = {one.name for one in (*model._meta.indexes, *model._meta.constraints)}
        for name in schema_editor._constraint_names(model, [column], index=True, unique=False, exclude=named):
            _drop(schema_editor, name)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in schema_editor._field_indexes_sql(model, model._meta.get_field(self.name)):
            _make(schema_editor, str(statement.parts["name"]).strip('"'), statement)


class AddPostgresIndexLive(RunSQL):
    """An index that only PostgreSQL has: its name, and what stands behind `CREATE INDEX name`."""

    atomic = False

    def __init__(self, name, what):
        self.index_name, self.what = name, what
        super().__init__(RunSQL.noop, RunSQL.noop)

    def deconstruct(self):
        return (self.__class__.__name__, [self.index_name, self.what], {})

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if _is_postgres(schema_editor):
            _make(schema_editor, self.index_name, f"CREATE INDEX {self.index_name} {self.what}")

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if _is_postgres(schema_editor):
            _drop(schema_editor, self.index_name)


class AddTrigramIndexLive(AddPostgresIndexLive):
    """An index in which PostgreSQL finds a part of a text. It needs the extension pg_trgm: where that is not installed
    and we may not install it there is no such index, and the rows are read one by one (docs/scaling.md)."""

    def __init__(self, name, table, text):
        self.table, self.text = table, text
        super().__init__(name, f"ON {table} USING gin ({text} gin_trgm_ops)")

    def deconstruct(self):
        return (self.__class__.__name__, [self.index_name, self.table, self.text], {})

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if _is_postgres(schema_editor) and _has_trigrams(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)


def _has_trigrams(schema_editor):
    try:
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:  # not on this server, or not ours to install
        return False
    return True


def _is_postgres(schema_editor):
    return schema_editor.connection.vendor == "postgresql"


def _make(schema_editor, name, statement):
    """Carries out a CREATE INDEX, unless the index is there and whole."""
    there = _state_of(schema_editor, name)
    if there == "whole":
        return
    if there == "broken":
        _drop(schema_editor, name)
    text = str(statement)
    if _is_postgres(schema_editor):
        text = text.replace(" INDEX ", " INDEX CONCURRENTLY ", 1)
    schema_editor.execute(text, params=None)


def _drop(schema_editor, name):
    how = "CONCURRENTLY " if _is_postgres(schema_editor) else ""
    schema_editor.execute(f"DROP INDEX {how}IF EXISTS {schema_editor.quote_name(name)}")


def _state_of(schema_editor, name):
    """ "whole", "broken" or, where there is no such index, ""."""
    with schema_editor.connection.cursor() as cursor:
        if _is_postgres(schema_editor):
            cursor.execute(
                "SELECT i.indisvalid AND i.indisready FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "WHERE c.relname = %s AND c.relnamespace = current_schema()::regnamespace",
                [name],
            )
        else:
            cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = %s", [name])
        found = cursor.fetchone()
    return "" if found is None else "whole" if found[0] else "broken"
