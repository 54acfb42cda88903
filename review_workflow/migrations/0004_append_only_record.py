"""The database itself refuses to change or delete the record and what a decision said."""

from django.db import migrations

RECORD = ("clearinghouse_review_auditentry", "clearinghouse_review_auditanchor")
DECISION = "clearinghouse_review_decision"
SAID = (
    "uid", "round_id", "outcome", "rule_outcome", "sentence", "tally", "override_reason", "decided_by_id",
    "decided_at", "supersedes_id", "letter", "letter_sha256",
)


def sqlite():
    for table in RECORD:
        for verb in ("UPDATE", "DELETE"):
            yield f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
            BEGIN SELECT RAISE(ABORT, 'the record of a case is append-only'); END"""
    yield f"""CREATE TRIGGER {DECISION}_no_update BEFORE UPDATE OF {", ".join(SAID)} ON {DECISION}
    BEGIN SELECT RAISE(ABORT, 'a decision is superseded, never changed'); END"""
    yield f"""CREATE TRIGGER {DECISION}_no_delete BEFORE DELETE ON {DECISION}
    BEGIN SELECT RAISE(ABORT, 'a decision is superseded, never deleted'); END"""


def postgresql():
    for table in RECORD:
        yield f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION clearinghouse_append_only()"""
    yield f"""CREATE TRIGGER {DECISION}_no_update BEFORE UPDATE OF {", ".join(SAID)} ON {DECISION}
    FOR EACH ROW EXECUTE FUNCTION clearinghouse_append_only()"""
    yield f"""CREATE TRIGGER {DECISION}_no_delete BEFORE DELETE ON {DECISION}
    FOR EACH ROW EXECUTE FUNCTION clearinghouse_append_only()"""


def create(apps, schema_editor):
    statements = {"sqlite": sqlite, "postgresql": postgresql}.get(schema_editor.connection.vendor)
    for statement in statements() if statements else ():
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in (*RECORD, DECISION):
        names = [f"{table}_no_update", f"{table}_no_delete"]
        if vendor == "postgresql":
            for name in (*names, f"{table}_append_only"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        elif vendor == "sqlite":
            for name in names:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_review", "0003_panels")]
    operations = [migrations.RunPython(create, drop)]
