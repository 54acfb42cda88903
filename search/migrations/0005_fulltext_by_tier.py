"""A full-text table for each tier, so that none reads what another holds.

All of a text in the title, or in title and summary, is asked of tables that hold only those fields:
short lists of places, and short rows. On PostgreSQL the table that matches anywhere keeps its long
vectors beside its rows, since nearly all that it is asked are ids; what ranks its matches, stems
with their places, lies in rows of its own.
"""

from importlib import import_module

from django.db import migrations

TABLE = "clearinghouse_search_fulltext"
SETTINGS = "SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 SET jit = off"
COLUMNS = {
    "titles": "title, title_words",
    "heads": "title, summary, title_words, summary_words",
}
# The table that matches, and the one that ranks.
TIERS = {
    "title": (f"{TABLE}_titles", f"{TABLE}_titles"),
    "head": (f"{TABLE}_heads", f"{TABLE}_heads"),
    "whole": (TABLE, f"{TABLE}_stems"),
}


def sqlite_statements():
    for name, columns in COLUMNS.items():
        yield f"CREATE VIRTUAL TABLE {TABLE}_{name} USING fts5({columns}, tokenize = 'ascii')"
        yield f"INSERT INTO {TABLE}_{name} (rowid, {columns}) SELECT rowid, {columns} FROM {TABLE}"


def postgresql_statements():
    for tier in TIERS:
        yield f"DROP FUNCTION clearinghouse_search_match_{tier}"
        yield f"DROP FUNCTION clearinghouse_search_rank_{tier}"
        yield f"DROP INDEX {TABLE}_{tier}"
    yield f"ALTER TABLE {TABLE} RENAME TO {TABLE}_old"
    yield from table(TABLE, "EXTENDED", "whole", "WITH (toast_tuple_target = 128)")
    yield from table(f"{TABLE}_titles", "MAIN", "title")
    yield from table(f"{TABLE}_heads", "MAIN", "head")
    marked = "ARRAY(SELECT word FROM unnest(tsvector_to_array(whole)) AS word WHERE word LIKE '=%')"
    yield from table(f"{TABLE}_stems", "MAIN", f"ts_delete(whole, {marked})")
    yield f"DROP TABLE {TABLE}_old"
    for name in {name for tables in TIERS.values() for name in tables}:
        yield f"ALTER TABLE {name} ADD PRIMARY KEY (record_id)"
    for matches, _ in TIERS.values():
        yield f"CREATE INDEX {matches}_vector ON {matches} USING gin (vector) WITH (fastupdate = off)"
    for tier, tables in TIERS.items():
        yield from functions(tier, *tables)


def table(name, storage, source, options=""):
    yield f"CREATE TABLE {name} (record_id bigint NOT NULL, vector tsvector NOT NULL) {options}"
    yield f"ALTER TABLE {name} ALTER COLUMN vector SET STORAGE {storage}"
    yield f"INSERT INTO {name} SELECT record_id, {source} FROM {TABLE}_old ORDER BY record_id"


def functions(tier, matches, scores):
    yield f"""
        CREATE FUNCTION clearinghouse_search_match_{tier}(asked tsquery) RETURNS bigint[]
        LANGUAGE plpgsql STABLE {SETTINGS} AS $$
        BEGIN
            RETURN (SELECT array_agg(record_id) FROM {matches} WHERE vector @@ asked);
        END $$
    """
    yield f"""
        CREATE FUNCTION clearinghouse_search_rank_{tier}(
            asked tsquery, weights real[], wanted bigint[]
        )
        RETURNS TABLE (score real, record bigint)
        LANGUAGE plpgsql STABLE {SETTINGS} AS $$
        BEGIN
            RETURN QUERY
                SELECT -ts_rank(weights, vector, asked, 1), record_id
                FROM {scores} WHERE record_id = ANY (wanted);
        END $$
    """


def create(apps, schema_editor):
    statements = {"sqlite": sqlite_statements, "postgresql": postgresql_statements}
    for statement in statements[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for tier in TIERS:
            schema_editor.execute(f"DROP FUNCTION clearinghouse_search_match_{tier}")
            schema_editor.execute(f"DROP FUNCTION clearinghouse_search_rank_{tier}")
        schema_editor.execute(f"ALTER TABLE {TABLE} RENAME TO {TABLE}_new")
        before = import_module("search.migrations.0002_fulltext")
        before.create(apps, schema_editor)
        schema_editor.execute(
            f"INSERT INTO {TABLE} SELECT record_id, title.vector, head.vector, whole.vector"
            f" FROM {TABLE}_new whole JOIN {TABLE}_heads head USING (record_id)"
            f" JOIN {TABLE}_titles title USING (record_id)"
        )
        import_module("search.migrations.0004_postgresql_matching").create(apps, schema_editor)
        schema_editor.execute(f"DROP TABLE {TABLE}_new")
        schema_editor.execute(f"DROP TABLE {TABLE}_stems")
    for name in COLUMNS:
        schema_editor.execute(f"DROP TABLE {TABLE}_{name}")


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_search", "0004_postgresql_matching")]
    operations = [migrations.RunPython(create, drop)]
