"""Unstemmed words carry a mark on SQLite too, so that no query has to name its columns.

Stems and words are then apart in the index: the beginning of a word is not looked up among the
stems, and places of stems need not be sorted by column.
"""

from django.db import migrations

TABLE = "clearinghouse_search_fulltext"
STEMS = {
    f"{TABLE}_titles": ("title",),
    f"{TABLE}_heads": ("title", "summary"),
    TABLE: ("title", "summary", "body"),
}
PLAIN, MARKING = "ascii", "ascii tokenchars ''=''"


def rebuild(schema_editor, tokenizer, source):
    if schema_editor.connection.vendor != "sqlite":
        return
    for table, stems in STEMS.items():
        words = [f"{name}_words" for name in stems]
        columns = ", ".join((*stems, *words))
        sources = ", ".join((*stems, *(source.format(name) for name in words)))
        for statement in (
            f"CREATE VIRTUAL TABLE {table}_new USING fts5({columns}, tokenize = '{tokenizer}')",
            f"INSERT INTO {table}_new (rowid, {columns}) SELECT rowid, {sources} FROM {table}",
            f"DROP TABLE {table}",
            f"ALTER TABLE {table}_new RENAME TO {table}",
        ):
            schema_editor.execute(statement, params=None)


def mark(apps, schema_editor):
    rebuild(
        schema_editor, MARKING, "CASE {0} WHEN '' THEN '' ELSE replace('=' || {0}, ' ', ' =') END"
    )


def unmark(apps, schema_editor):
    rebuild(schema_editor, PLAIN, "replace({0}, '=', '')")


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_search", "0005_fulltext_by_tier")]
    operations = [migrations.RunPython(mark, unmark)]
