"""The synonyms a new site begins with; editors change them afterwards."""

from django.db import migrations

SYNONYMS = (
    "CIT = crisis intervention team",
    "de-escalation = deescalation",
    "IDD = intellectual and developmental disability",
    "VR = virtual reality",
    "SME = subject-matter expert",
    "RCT = randomised controlled trial = randomized controlled trial",
    "LEO = law enforcement officer",
)


def add(apps, schema_editor):
    synonym = apps.get_model("clearinghouse_search", "Synonym")
    for terms in SYNONYMS:
        synonym.objects.get_or_create(terms=terms)


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_search", "0002_fulltext")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
