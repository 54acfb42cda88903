"""Matching on PostgreSQL by functions that always use the GIN indices.

The planner counts a match of a long vector as cheap as a comparison of numbers and would rather
read every vector; functions carry their own settings. Vectors stay in their rows where they fit,
and new entries go into the indices at once, so that no search reads a list of pending ones.
"""

from django.db import migrations

COLUMNS = ("title", "head", "whole")
SETTINGS = "SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 SET jit = off"


def functions(column):
    yield f"""
        CREATE FUNCTION clearinghouse_search_match_{column}(asked tsquery) RETURNS bigint[]
        LANGUAGE plpgsql STABLE {SETTINGS} AS $$
        BEGIN
            RETURN (
                SELECT array_agg(record_id) FROM clearinghouse_search_fulltext
                WHERE {column} @@ asked
            );
        END $$
    """
    yield f"""
        CREATE FUNCTION clearinghouse_search_rank_{column}(asked tsquery, weights real[])
        RETURNS TABLE (score real, record bigint)
        LANGUAGE plpgsql STABLE {SETTINGS} AS $$
        BEGIN
            RETURN QUERY
                SELECT -ts_rank(weights, whole, asked, 1), record_id
                FROM clearinghouse_search_fulltext WHERE {column} @@ asked;
        END $$
    """


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for column in COLUMNS:
        schema_editor.execute(
            f"ALTER TABLE clearinghouse_search_fulltext ALTER COLUMN {column} SET STORAGE MAIN"
        )
        schema_editor.execute(
            f"ALTER INDEX clearinghouse_search_fulltext_{column} SET (fastupdate = off)"
        )
        for statement in functions(column):
            schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for column in COLUMNS:
        for name in ("match", "rank"):
            schema_editor.execute(f"DROP FUNCTION clearinghouse_search_{name}_{column}")


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_search", "0003_synonyms")]
    operations = [migrations.RunPython(create, drop)]
