"""The texts of attached files; see `search.models.AttachedText`."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("clearinghouse_search", "0007_retry_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="AttachedText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("text", models.TextField(blank=True)),
                ("state", models.CharField(choices=[("waiting", "Waiting"), ("read", "Read"), ("empty", "Without text"), ("unreadable", "Unreadable"), ("too-large", "Too large")], default="waiting", max_length=12)),
                ("reason", models.CharField(blank=True, choices=[("kind", "not a PDF, DOCX or PPTX file"), ("damaged", "damaged"), ("encrypted", "encrypted"), ("expands", "unpacks to far more than it should"), ("memory", "takes too much memory"), ("time", "takes too much time"), ("missing", "not there"), ("interrupted", "reading it was broken off again and again")], max_length=12)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "text of an attached file",
                "verbose_name_plural": "texts of attached files",
                "indexes": [models.Index(condition=models.Q(("state", "waiting")), fields=["changed_at"], name="search_attached_waiting")],
            },
        ),
    ]
