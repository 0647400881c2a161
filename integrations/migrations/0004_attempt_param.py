"""The field a vendor refuses is kept with the attempt, so that a form can say so beside it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0003_where_a_persons_round_begins")]

    operations = [
        migrations.AddField("attempt", "param", models.CharField(blank=True, max_length=60)),
    ]
