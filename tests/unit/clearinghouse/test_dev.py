"""`dev.py` says in one sentence what a machine lacks, and installs nothing twice."""

import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(dev.__file__).parent


def interpreter(folder: Path, name: str, answer: str) -> Path:
    """A command that answers the question for version and FTS5 as an interpreter would."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{answer}\n")
    path.chmod(0o755)
    return path


def test_this_interpreter_will_do():
    assert dev.describe(sys.executable) == (tuple(sys.version_info[:2]), True)


@pytest.mark.parametrize(
    ("answer", "suits"),
    [
        ("echo 3 11 fts5", True),
        ("echo 3 14 fts5", True),
        ("echo 3 9 fts5", False),
        ("echo 3 13 plain", False),
        ("echo version is not installed >&2; exit 127", False),
        ("echo nonsense", False),
    ],
)
def test_interpreters_are_judged_by_running_them(tmp_path, answer, suits):
    assert dev.suits(interpreter(tmp_path, "python3.13", answer)) is suits


def test_an_absent_interpreter_does_not_suit(tmp_path):
    assert dev.suits(tmp_path / "python3.13") is False


@pytest.mark.parametrize(
    ("described", "sentence"),
    [(((3, 9), True), "Python 3.11 or newer is needed"), (((3, 13), False), "has no FTS5")],
)
def test_what_is_missing_is_said_in_one_sentence(monkeypatch, tmp_path, described, sentence):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(dev, "describe", lambda _python: described)
    monkeypatch.setattr(dev.sys, "version_info", (*described[0], 0))
    with pytest.raises(SystemExit) as caught:
        dev.settle_on_interpreter()
    message = str(caught.value.code)
    assert sentence in message
    assert "\n" not in message


def test_without_any_installer_the_sentence_names_a_package(monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "none" / "python")
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "answers", lambda command: "venv" in command)
    with pytest.raises(SystemExit, match="neither uv nor pip is here"):
        dev.set_up_environment(with_tests=False)


def test_without_venv_the_sentence_names_a_package(monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "none" / "python")
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "answers", lambda _command: False)
    with pytest.raises(SystemExit, match="cannot create a virtual environment"):
        dev.set_up_environment(with_tests=False)


def test_a_matching_stamp_installs_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "suits", lambda _python: True)
    monkeypatch.setattr(dev, "run", lambda *command: pytest.fail(f"ran {command}"))
    wanted = dev.digest(dev.ROOT / "constraints.txt", dev.ROOT / "pyproject.toml")
    (tmp_path / "clearinghouse.stamp").write_text(wanted + " tests\n")
    dev.set_up_environment(with_tests=True)
    dev.set_up_environment(with_tests=False)


def test_reset_never_touches_a_database_of_others(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example/production")
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        dev.set_up_demo(reset=True)


def test_it_can_be_read_by_an_old_python():
    """No syntax and no import that an old interpreter would stumble over before the sentence."""
    source = (ROOT / "dev.py").read_text()
    compile(source, "dev.py", "exec", dont_inherit=True)
    top_level = [line for line in source.splitlines() if line.startswith(("import ", "from "))]
    assert not any("tomllib" in line for line in top_level)
    assert ":=" not in source
    assert "match " not in source


def test_help_names_both_commands():
    answer = subprocess.run(
        [sys.executable, ROOT / "dev.py", "-h"], capture_output=True, text=True, check=True
    )
    assert "demo" in answer.stdout
    assert "test" in answer.stdout


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ([], ["-m", "not browser"]),
        (["--full"], ["-m", "not browser", "--full"]),
        (["-m", "browser"], ["-m", "browser"]),
        (["-q", "tests/browser"], ["-q", "tests/browser"]),
    ],
)
def test_a_browser_is_started_only_where_it_is_asked_for(given, passed):
    assert dev.chosen(given) == passed
