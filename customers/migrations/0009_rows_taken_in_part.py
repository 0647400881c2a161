from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_parts_of_names")]

    operations = [
        migrations.AddField("import", "in_part", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.AddField("rejectedrow", "is_taken", models.BooleanField(default=False, db_default=False)),
    ]
