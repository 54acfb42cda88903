import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clearinghouse_home', '0001_initial'),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StandardsPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.TextField(blank=True, help_text='One or two sentences under the title; search engines show them as well.', max_length=600, verbose_name='lead')),
                ('introduction', wagtail.fields.RichTextField(blank=True, help_text='A few paragraphs before the list.', verbose_name='introduction')),
            ],
            options={
                'verbose_name': 'standards page',
                'verbose_name_plural': 'standards pages',
            },
            bases=('wagtailcore.page',),
        ),
    ]
