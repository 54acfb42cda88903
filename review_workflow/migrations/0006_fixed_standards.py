"""The database itself refuses to change an edition that is no draft, and a rule that was used.

SQLite loses a table's triggers when a later migration remakes the table: such a migration ends with
`create` of this one.
"""

from django.db import migrations

EDITION, DOMAIN, CRITERION, LEVEL, RULE = (
    f"clearinghouse_review_{name}" for name in ("standardsedition", "domain", "criterion", "ratinglevel", "reviewrule")
)
MESSAGE = "an edition in force and a rule in use are copied, never changed"
EDITION_COLUMNS = ("id", "uid", "label", "title", "introduction", "source_citation", "effective_on", "copied_from_id", "created_at")
RULE_COLUMNS = (
    "id", "uid", "name", "version", "previous_id", "seats", "quorum", "composition", "distinct_organisations",
    "decision_rule", "threshold_percent", "essential_veto", "blind_mode", "response_days", "review_days",
    "reminder_days", "look_back_years", "approval_years", "used_at",
)
STATE_OF = {
    DOMAIN: "SELECT e.state FROM {edition} e WHERE e.id = {row}.edition_id",
    CRITERION: "SELECT e.state FROM {edition} e JOIN {domain} d ON d.edition_id = e.id WHERE d.id = {row}.domain_id",
    LEVEL: "SELECT e.state FROM {edition} e JOIN {domain} d ON d.edition_id = e.id JOIN {criterion} c ON c.domain_id = d.id WHERE c.id = {row}.criterion_id",
}
ROWS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def fixed(table, row, lock=""):
    """Return the condition that a row of `table` belongs to an edition which is no draft.

    With a lock, the answer holds until the end of the transaction.
    """
    state = STATE_OF[table].format(edition=EDITION, domain=DOMAIN, criterion=CRITERION, row=row)
    return f"({state}{lock}) <> 'draft'"


def changed(columns, differs):
    return " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)


def own_rows(differs):
    """Yield table, verb and condition of the two tables that know by themselves whether they are fixed."""
    superseded = "OLD.state = 'in_force' AND NEW.state = 'superseded'"
    moved = f"(NEW.state <> OLD.state AND NOT ({superseded}))"
    yield EDITION, "update", f"OLD.state <> 'draft' AND ({changed(EDITION_COLUMNS, differs)} OR {moved})"
    yield EDITION, "delete", "OLD.state <> 'draft'"
    yield RULE, "update", f"OLD.used_at IS NOT NULL AND ({changed(RULE_COLUMNS, differs)})"
    yield RULE, "delete", "OLD.used_at IS NOT NULL"


def sqlite():
    for table, verb, condition in own_rows("IS NOT"):
        yield trigger(table, verb, condition)
    for table in STATE_OF:
        for verb, rows in ROWS.items():
            yield trigger(table, verb, " OR ".join(fixed(table, row) for row in rows))


def trigger(table, verb, condition):
    return f"""CREATE TRIGGER {table}_fixed_{verb} BEFORE {verb.upper()} ON {table} WHEN {condition}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"""


def postgresql():
    yield f"""CREATE FUNCTION clearinghouse_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
    for table, verb, condition in own_rows("IS DISTINCT FROM"):
        yield f"""CREATE TRIGGER {table}_fixed_{verb} BEFORE {verb.upper()} ON {table}
        FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION clearinghouse_fixed()"""
    for table in STATE_OF:
        # A trigger's WHEN cannot ask another table: a function for each table and verb does.
        for verb, rows in ROWS.items():
            condition = " OR ".join(fixed(table, row, " FOR SHARE OF e") for row in rows)
            yield f"""CREATE FUNCTION {table}_fixed_{verb}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF {condition} THEN
                RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
              END IF;
              RETURN {rows[-1]};
            END $$"""
            yield f"""CREATE TRIGGER {table}_fixed_{verb} BEFORE {verb.upper()} ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_fixed_{verb}()"""


def create(apps, schema_editor):
    statements = {"sqlite": sqlite, "postgresql": postgresql}.get(schema_editor.connection.vendor)
    for statement in statements() if statements else ():
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in (EDITION, DOMAIN, CRITERION, LEVEL, RULE):
        for verb in ROWS:
            if vendor == "postgresql":
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_fixed_{verb} ON {table}")
                schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_fixed_{verb}()")
            elif vendor == "sqlite":
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_fixed_{verb}")
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS clearinghouse_fixed()")


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_review", "0005_review_earlier")]
    operations = [migrations.RunPython(create, drop)]
