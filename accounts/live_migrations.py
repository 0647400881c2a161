"""Steps of a migration that nobody waits for: indexes are made and dropped while others write.

PostgreSQL does that outside a transaction only, so a migration with these says `atomic = False`. SQLite has one
writer at a time whatever one does, and makes an index of a million rows within seconds.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations import AddIndex, AlterField, RemoveIndex, RunSQL


def _is_postgres(schema_editor):
    return schema_editor.connection.vendor == "postgresql"


class AddIndexLive(AddIndex):
    """AddIndex without a lock on the table."""

    atomic = False

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        step = AddIndexConcurrently(self.model_name, self.index) if _is_postgres(schema_editor) else super()
        step.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        step = AddIndexConcurrently(self.model_name, self.index) if _is_postgres(schema_editor) else super()
        step.database_backwards(app_label, schema_editor, from_state, to_state)


class RemoveIndexLive(RemoveIndex):
    """RemoveIndex without a lock on the table."""

    atomic = False

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        step = RemoveIndexConcurrently(self.model_name, self.name) if _is_postgres(schema_editor) else super()
        step.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        step = RemoveIndexConcurrently(self.model_name, self.name) if _is_postgres(schema_editor) else super()
        step.database_backwards(app_label, schema_editor, from_state, to_state)


class DropOwnIndex(AlterField):
    """AlterField of a foreign key to `db_index=False`: its own index goes, and the table is not made anew for it."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = from_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        named = {one.name for one in (*model._meta.indexes, *model._meta.constraints)}
        for name in schema_editor._constraint_names(model, [column], index=True, unique=False, exclude=named):
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in schema_editor._field_indexes_sql(model, model._meta.get_field(self.name)):
            schema_editor.execute(statement)


class PostgresOnly(RunSQL):
    """RunSQL where the database is PostgreSQL."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if _is_postgres(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if _is_postgres(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)
