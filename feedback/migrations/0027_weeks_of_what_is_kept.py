from django.db import migrations

MONDAY = {
    "postgresql": "(date_trunc('week', day))::date",
    "sqlite": "date(day, 'weekday 0', '-6 days')",  # the Sunday that comes or is, and back
}
# Of what week is made of which day: by what it is parted, and which days.
WEEKS = {
    "WeekTally": ("Tally", ("location_id", "agent_id", "grain"), "WHERE grain IN ('', 'agent')"),
    "WeekIssueTally": ("IssueTally", ("location_id", "issue"), ""),
}


def fill(apps, schema_editor):
    """The weeks of the days there are. Inserts only; the worker keeps them from its restart on, and the nightly check
    puts right what an old one counted meanwhile."""
    for week, (day, key, where) in WEEKS.items():
        _fill(schema_editor, apps.get_model("feedback", week), apps.get_model("feedback", day), key, where)


def _fill(schema_editor, week, day, key, where):
    not_summed = ("id", "day", "provider", "agent_id", *key)
    names = [field.column for field in week._meta.fields if field.column not in not_summed]
    columns, sums = ", ".join(f'"{name}"' for name in names), ", ".join(f'SUM("{name}")' for name in names)
    monday, parted = MONDAY[schema_editor.connection.vendor], ", ".join(key)
    schema_editor.execute(
        f"INSERT INTO {week._meta.db_table} (day, provider, {parted}, {columns}) "
        f"SELECT {monday}, '', {parted}, {sums} FROM {day._meta.db_table} {where} GROUP BY {monday}, {parted}"
    )


class Migration(migrations.Migration):
    dependencies = [("feedback", "0026_week_tallies")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
