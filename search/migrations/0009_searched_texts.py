"""Counts of searched texts by day; see `search.models.SearchedText`."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clearinghouse_search', '0008_attached_text'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('kind', models.CharField(blank=True, choices=[('curriculum', 'Curriculum'), ('resource', 'Resource')], max_length=20, verbose_name='kind')),
                ('text', models.CharField(max_length=100, verbose_name='text')),
                ('searches', models.PositiveIntegerField(default=0, verbose_name='searches')),
                ('found', models.PositiveIntegerField(null=True, verbose_name='records found')),
            ],
            options={
                'verbose_name': 'searched text',
                'verbose_name_plural': 'searched texts',
                'default_permissions': ('view',),
                'constraints': [models.UniqueConstraint(fields=('day', 'kind', 'text'), name='search_searched_text')],
            },
        ),
    ]
