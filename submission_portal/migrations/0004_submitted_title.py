"""The title as it was submitted last, kept beside the draft's: staff read this one."""

from django.db import migrations, models


def fill(apps, schema_editor):
    version = apps.get_model("clearinghouse_submissions", "SubmissionVersion")
    submission = apps.get_model("clearinghouse_submissions", "Submission")
    rows = version.objects.order_by("submission", "number").values_list("submission", "content")
    for key, content in rows.iterator():  # the last one of each stays
        titles = content.get("about", {}).get("title") or [""]
        submission.objects.filter(pk=key).update(submitted_title=titles[0].strip()[:255])


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_submissions", "0003_screening_reasons")]
    operations = [
        migrations.AddField(
            model_name="submission",
            name="submitted_title",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="As in the version that was submitted last.",
                max_length=255,
                verbose_name="submitted title",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
