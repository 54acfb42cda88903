"""Who may import whom, and what a start-up may load."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = {"numpy", "scipy", "pandas", "elasticsearch", "hypothesis", "playwright", "pytest"}
START = """
import sys
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def in_the_house(root: Path, **variables: str) -> dict[str, str]:
    paths = {"PYTHONPATH": os.pathsep.join([str(root), str(root / "site")])}
    settings = {"DJANGO_SETTINGS_MODULE": "clearinghouse.settings.development"}
    inherited = {name: value for name, value in os.environ.items() if name != "ELASTICSEARCH_URL"}
    return inherited | paths | settings | variables


def test_import_contracts_are_kept(root):
    lint = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [lint, "--no-cache"], cwd=root, env=in_the_house(root), capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stdout


def test_start_up_loads_nothing_heavy(root):
    answer = subprocess.run(
        [sys.executable, "-c", START],
        cwd=root,
        env=in_the_house(root),
        capture_output=True,
        text=True,
        check=True,
    )
    assert HEAVY & set(answer.stdout.split()) == set()


def test_no_migration_is_missing(root):
    answer = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=root,
        env=in_the_house(root),
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
