"""A rule says when reviewers see the provider's self-assessment; a used one keeps saying it.

The triggers of the rules are made anew: adding a column loses them on SQLite, and on PostgreSQL
they would not watch the new one.
"""

from importlib import import_module

from django.db import migrations, models

earlier = import_module("review_workflow.migrations.0006_fixed_standards")
RULE = earlier.RULE
COLUMNS = (*earlier.RULE_COLUMNS, "self_assessment_shown")


def create(columns):
    def apply(apps, schema_editor):
        vendor = schema_editor.connection.vendor
        differs = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}.get(vendor)
        if differs is None:
            return
        conditions = {
            "update": f"OLD.used_at IS NOT NULL AND ({earlier.changed(columns, differs)})",
            "delete": "OLD.used_at IS NOT NULL",
        }
        for verb, condition in conditions.items():
            if vendor == "sqlite":
                schema_editor.execute(earlier.trigger(RULE, verb, condition))
            else:
                schema_editor.execute(
                    f"""CREATE TRIGGER {RULE}_fixed_{verb} BEFORE {verb.upper()} ON {RULE}
                    FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION clearinghouse_fixed()"""
                )

    return apply


def drop(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    on = {"sqlite": "", "postgresql": f" ON {RULE}"}.get(vendor)
    if on is not None:
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {RULE}_fixed_{verb}{on}")


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_review", "0007_digests")]
    operations = [
        migrations.RunPython(drop, create(earlier.RULE_COLUMNS)),
        migrations.AddField(
            model_name="reviewrule",
            name="self_assessment_shown",
            field=models.CharField(
                choices=[
                    ("after_own_review", "After their own review is filed"),
                    ("from_the_start", "While they review"),
                    ("never", "Never"),
                ],
                default="after_own_review",
                help_text="It never counts. The chair and whoever oversees cases may always read it.",
                max_length=30,
                verbose_name="reviewers see the provider's self-assessment",
            ),
        ),
        migrations.RunPython(create(COLUMNS), drop),
    ]
