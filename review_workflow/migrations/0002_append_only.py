"""The database itself refuses to change or delete entries of an approval's history."""

from django.db import migrations

TABLE = "clearinghouse_review_approvalevent"

SQLITE = [
    f"""CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE}
    BEGIN SELECT RAISE(ABORT, 'the history of an approval is append-only'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE FUNCTION clearinghouse_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the history of an approval is append-only'; END $$""",
    f"""CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION clearinghouse_append_only()""",
]


def statements(vendor):
    """Return the statements that guard the table on this database vendor; none where it has no triggers of ours."""
    return {"sqlite": SQLITE, "postgresql": POSTGRESQL}.get(vendor, [])


def create(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}")
    elif vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS clearinghouse_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_review", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
