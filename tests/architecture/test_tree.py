"""Names of modules, words no tracked file may say, documentation of settings, the wheel."""

import re
import subprocess
import sys
import zipfile

import pytest

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
# Written so that this file does not match itself.
ONE_MACHINE = re.compile(r"(?:^|[^\w.~/-])/(?:home|root|Users|work|farm)/[A-Za-z.]")
REGISTRY = re.compile(r"https?://[^ ]*/simple(?:\W|$)|index[-]url|https?://registry[.]|pypi[.]org")
TEXT = {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".yaml", ".json", ".sh", ""}


def test_no_module_has_a_vague_name(tracked, root):
    parts = {part for path in tracked for part in path.relative_to(root).with_suffix("").parts}
    assert parts & VAGUE == set()


def test_no_file_names_one_machine_or_a_registry(tracked, root):
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:80]}"
        for path in tracked
        if path.suffix in TEXT and "vendor" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ONE_MACHINE.search(line) or REGISTRY.search(line)
    ]
    assert found == []


def test_every_setting_is_documented(tracked, root):
    code = [path for path in tracked if path.suffix == ".py" and "tests" not in path.parts]
    names = {
        name
        for path in code
        for name in re.findall(r"CLEARINGHOUSE_[A-Z_]+[A-Z]", path.read_text())
    }
    names |= {"DATABASE_URL", "ELASTICSEARCH_URL", "CACHE_URL"}
    documented = (root / "docs" / "settings.md").read_text()
    assert {name for name in names if f"`{name}`" not in documented} == set()


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "--target",
        "wheel",
        "--directory",
        folder,
    ]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return archive.namelist()


def test_wheel_holds_the_packages_and_what_they_need(wheel, root):
    folders = {name.partition("/")[0] for name in wheel if ".dist-info" not in name}
    assert folders == {
        "clearinghouse",
        "home",
        "search",
        "submission_portal",
        "curriculum_pages",
        "review_workflow",
        "resource_library",
    }
    templates = {
        "clearinghouse/" + path.relative_to(root).as_posix()
        for path in (root / "templates").rglob("*")
        if path.is_file()
    }
    assert templates - set(wheel) == set()
    assert any(name.endswith("licenses/LICENSE") for name in wheel)
    assert any("vendor/uswds" in name and name.endswith(".css") for name in wheel)


def test_wheel_holds_no_tests_and_no_leftovers(wheel):
    unwanted = re.compile(r"(^|/)(tests?|benchmarks|var|__pycache__)/|\.(pyc|sqlite3)$")
    assert [name for name in wheel if unwanted.search(name)] == []
