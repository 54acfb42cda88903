"""Full-text tables, by vendor: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

No foreign key to the records: Django's flush truncates its own tables only.
"""

from django.db import migrations

SQLITE = """
CREATE VIRTUAL TABLE clearinghouse_search_fulltext USING fts5(
    title, summary, body, title_words, summary_words, body_words, tokenize = 'ascii'
)
"""
POSTGRESQL = (
    """
    CREATE TABLE clearinghouse_search_fulltext (
        record_id bigint PRIMARY KEY,
        title tsvector NOT NULL,
        head tsvector NOT NULL,
        whole tsvector NOT NULL
    )
    """,
    "CREATE INDEX clearinghouse_search_fulltext_title"
    " ON clearinghouse_search_fulltext USING gin (title)",
    "CREATE INDEX clearinghouse_search_fulltext_head"
    " ON clearinghouse_search_fulltext USING gin (head)",
    "CREATE INDEX clearinghouse_search_fulltext_whole"
    " ON clearinghouse_search_fulltext USING gin (whole)",
)
STATEMENTS = {"sqlite": (SQLITE,), "postgresql": POSTGRESQL}


def create(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE clearinghouse_search_fulltext")


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_search", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
