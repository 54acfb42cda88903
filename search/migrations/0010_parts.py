"""Modules and findings of a curriculum, for the engine beside the database."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clearinghouse_search', '0009_searched_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='searchrecord',
            name='parts',
            field=models.JSONField(default=dict),
        ),
    ]
