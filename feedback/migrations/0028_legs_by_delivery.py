import django.db.models.deletion
from django.db import migrations, models

from accounts.live_migrations import AddIndexLive, DropOwnIndex


class Migration(migrations.Migration):
    atomic = False  # the index is made while others write

    dependencies = [
        ('feedback', '0027_weeks_of_what_is_kept'),
        ('integrations', '0006_found_at_scale'),
    ]

    operations = [
        AddIndexLive(
            model_name='ratingleg',
            index=models.Index(fields=['delivery', 'revision', 'rating'], name='rating_leg_by_delivery'),
        ),
        DropOwnIndex(
            model_name='ratingleg',
            name='delivery',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rating_legs', to='integrations.delivery'),
        ),
        DropOwnIndex(
            model_name='ratingleg',
            name='rating',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='legs', to='feedback.rating'),
        ),
    ]
