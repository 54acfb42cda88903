"""How severe what a curriculum lacks is, by an edition; fixed with it, as the rest of an edition is."""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "clearinghouse_curricula_completenesssetting"
EDITION = "clearinghouse_review_standardsedition"
MESSAGE = "an edition in force and a rule in use are copied, never changed"
ROWS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def fixed(rows, lock=""):
    """Return the condition that one of the rows belongs to an edition which is no draft."""
    return " OR ".join(
        f"(SELECT e.state FROM {EDITION} e WHERE e.id = {row}.edition_id{lock}) <> 'draft'"
        for row in rows
    )


def sqlite():
    for verb, rows in ROWS.items():
        yield f"""CREATE TRIGGER {TABLE}_fixed_{verb} BEFORE {verb.upper()} ON {TABLE} WHEN {fixed(rows)}
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"""


def postgresql():
    for verb, rows in ROWS.items():
        yield f"""CREATE FUNCTION {TABLE}_fixed_{verb}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {fixed(rows, " FOR SHARE OF e")} THEN
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN {rows[-1]};
        END $$"""
        yield f"""CREATE TRIGGER {TABLE}_fixed_{verb} BEFORE {verb.upper()} ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {TABLE}_fixed_{verb}()"""


def create(apps, schema_editor):
    statements = {"sqlite": sqlite, "postgresql": postgresql}.get(schema_editor.connection.vendor)
    for statement in statements() if statements else ():
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for verb in ROWS:
        if vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_fixed_{verb} ON {TABLE}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_fixed_{verb}()")
        elif vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_fixed_{verb}")


class Migration(migrations.Migration):
    dependencies = [
        ("clearinghouse_curricula", "0004_portal"),
        ("clearinghouse_review", "0007_digests"),
    ]

    operations = [
        migrations.CreateModel(
            name="CompletenessSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="rule")),
                ("severity", models.CharField(choices=[("error", "Error: it cannot be submitted"), ("warning", "Warning"), ("info", "Information"), ("off", "Off: not looked at")], max_length=10, verbose_name="severity")),
                ("edition", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="completeness_settings", to="clearinghouse_review.standardsedition")),
            ],
            options={
                "verbose_name": "severity of a lack",
                "verbose_name_plural": "severities of what can be lacking",
                "ordering": ["edition", "code"],
                "constraints": [models.UniqueConstraint(fields=("edition", "code"), name="curricula_one_severity_each")],
            },
        ),
        migrations.RunPython(create, drop),
    ]
