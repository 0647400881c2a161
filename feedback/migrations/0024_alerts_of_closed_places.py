"""An alert ends with its location; a report that cannot be written says since when. All are quick on a live table."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0023_what_a_file_showed'),
    ]

    operations = [
        migrations.AddField(
            model_name='reportwish',
            name='failed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='reportwish',
            name='failures',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name='alert',
            name='ended_how',
            field=models.CharField(blank=True, choices=[('recovered', 'Recovered'), ('changed', 'Threshold changed'), ('removed', 'Threshold removed'), ('closed', 'Location closed')], max_length=9),
        ),
    ]
