"""Every declared dependency is imported, every import is declared, and each is explained."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

OURS = {
    "clearinghouse",
    "home",
    "search",
    "curriculum_pages",
    "review_workflow",
    "resource_library",
    "benchmarks",
    "tests",
    "dev",
}
# Dependencies that do their work without an import of ours: the module that loads each.
LOADED_BY_OTHERS = {
    "psycopg": "Django's PostgreSQL backend",
    "elasticsearch-dsl": "a name for elasticsearch.dsl, which we import",
    "pytest-xdist": "`dev.py test` asks for two workers",
    "django-stubs": "mypy's plugin",
    "mypy": "a command",
    "ruff": "a command",
    "djade": "a command",
    "import-linter": "a command",
    "hatchling": "a command",
    "pytest-django": "pytest's plugin",
}
# Imported under the roof of a declared dependency, which is made of it.
COMES_WITH = {
    "pydantic_core": "pydantic",
    "elastic_transport": "elasticsearch",
    "modelsearch": "migrations that Wagtail writes",
    "draftjs_exporter": "Wagtail's rich text converter, which raises its errors",
}


def name_of(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower()


def declared(root: Path, *, for_tests: bool) -> set[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    listed = (
        project["dependency-groups"]["dev"] if for_tests else project["project"]["dependencies"]
    )
    return {name_of(requirement) for requirement in listed}


def imported_by(path: Path) -> set[str]:
    """Top-level names that a module imports, dotted names of its settings included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and "settings" in path.parts
        ):
            names |= {node.value} if re.fullmatch(r"[a-z_0-9]+(\.\w+)*", node.value) else set()
    return {name.partition(".")[0] for name in names}


def third_party(paths: list[Path], *, of_tests: bool) -> dict[str, set[str]]:
    """Distributions by the top-level name imported, modules beside a test left out."""
    installed = packages_distributions()
    found: dict[str, set[str]] = {}
    for path in paths:
        inside_tests = {"tests", "benchmarks"} & set(path.parts)
        if path.suffix != ".py" or bool(inside_tests) != of_tests:
            continue
        siblings = {sibling.stem for sibling in path.parent.glob("*.py")}
        for name in imported_by(path) - OURS - siblings - set(sys.stdlib_module_names):
            if name in installed:
                found[name] = {distribution.lower() for distribution in installed[name]}
    return found


def test_every_import_is_declared(root, tracked):
    run_time = declared(root, for_tests=False)
    for of_tests, allowed in ((False, run_time), (True, run_time | declared(root, for_tests=True))):
        found = third_party(tracked, of_tests=of_tests)
        undeclared = {
            name
            for name, distributions in found.items()
            if not distributions & allowed and name not in COMES_WITH
        }
        assert undeclared == set()


@pytest.mark.parametrize("for_tests", [False, True])
def test_every_declared_dependency_is_imported(root, tracked, for_tests):
    found = third_party(tracked, of_tests=for_tests)
    used = set().union(*found.values()) | set(LOADED_BY_OTHERS)
    assert declared(root, for_tests=for_tests) - used == set()


def test_every_dependency_is_explained(root):
    explained = (root / "docs" / "dependencies.md").read_text().lower()
    names = declared(root, for_tests=False) | declared(root, for_tests=True)
    assert {name for name in names if f"| {name} |" not in explained} == set()


def test_constraints_name_both_versions_of_django_and_no_host(root):
    constraints = (root / "constraints.txt").read_text()
    assert re.findall(r"^django==(\d+\.\d+)", constraints, re.MULTILINE) == ["5.2", "6.1"]
    assert "://" not in constraints
    pinned = {name_of(line) for line in constraints.splitlines() if line}
    names = declared(root, for_tests=False) | declared(root, for_tests=True)
    assert names - pinned == set()
