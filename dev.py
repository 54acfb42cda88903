#!/usr/bin/env python3
"""The two commands of a checkout, with the standard library only.

    python3 dev.py demo [--check] [--port N] [--reset] [--json]
    python3 dev.py test [--full] [pytest arguments]

Both set up a virtual environment first (`.venv`, or the folder named by CLEARINGHOUSE_VENV). The
demonstration's probes live in `manage.py probe`, its server in `manage.py serve`; this file only
prepares and starts them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
WORKERS = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
VENV = ROOT / os.environ.get("CLEARINGHOUSE_VENV", ".venv")
PYTHON = VENV / "bin" / "python"
DEMO = ROOT / "var" / "demo"
OLDEST = (3, 11)
# Later names first: only asked where the interpreter that runs this file will not do.
OTHERS = ["python3.14", "python3.13", "python3.12", "python3.11"]
PROBE = """
import sqlite3, sys
try:
    sqlite3.connect(":memory:").execute("create virtual table probe using fts5(words)")
    print(*sys.version_info[:2], "fts5")
except sqlite3.OperationalError:
    print(*sys.version_info[:2], "plain")
"""


def say(sentence: str) -> None:
    """Tell the person at the terminal; standard output stays free for what programs read."""
    print(sentence, file=sys.stderr, flush=True)


def fail(sentence: str) -> NoReturn:
    """End with one sentence that says what to do."""
    sys.exit("dev.py: " + sentence)


def run(*command: object, **options: object) -> None:
    """Run a command whose output belongs to the person; end with its exit status if it fails."""
    status = subprocess.call(
        [str(part) for part in command], cwd=ROOT, stdout=sys.stderr, **options
    )
    if status:
        say("dev.py: this command failed: " + " ".join(map(str, command)))
        sys.exit(status)


# ---------------------------------------------------------------- interpreter


def describe(python: object) -> tuple[tuple[int, ...], bool] | None:
    """The version of an interpreter and whether its SQLite has FTS5; None if it does not run.

    A name on the PATH proves nothing: version managers leave stubs there that start no Python.
    """
    try:
        answer = subprocess.run(
            [str(python), "-c", PROBE], capture_output=True, text=True, timeout=60
        )
        *version, search = answer.stdout.split()
        return tuple(map(int, version)), search == "fts5"
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def suits(python: object) -> bool:
    """Whether an interpreter can run the project."""
    found = describe(python)
    return found is not None and found[0] >= OLDEST and found[1]


def settle_on_interpreter() -> None:
    """Return if this interpreter will do; else start over with one that does, or say what to do."""
    here = describe(sys.executable)
    if here is not None and here[0] >= OLDEST and here[1]:
        return
    for name in OTHERS:
        path = shutil.which(name)
        if path and suits(path):
            say(f"Using {path}.")
            os.execv(path, [path, *sys.argv])
    if sys.version_info < OLDEST:
        fail(
            "Python 3.11 or newer is needed and this is {}.{}: install it "
            "(Debian: apt-get install python3 python3-venv; macOS: brew install python@3.13) "
            "and try again.".format(*sys.version_info)
        )
    fail(
        "this Python's SQLite has no FTS5, which the search needs: use a Python built with it "
        "(the ones of Debian, Homebrew and python.org are)."
    )


# ---------------------------------------------------------------- environment


def digest(*paths: Path, extra: str = "") -> str:
    """A hash of the contents of files."""
    total = hashlib.sha256(extra.encode())
    for path in paths:
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def requirements(*, with_tests: bool) -> list[str]:
    """What pyproject.toml asks for; read here because older pips know no dependency groups."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["project"]["dependencies"] + (
        project["dependency-groups"]["dev"] if with_tests else []
    )


def installer() -> list[str] | None:
    """The beginning of a command that installs into the environment: uv, else any pip."""
    uv = shutil.which("uv")
    base = getattr(sys, "_base_executable", None) or sys.executable
    if uv and answers([uv, "--version"]):
        return [uv, "pip", "install", "--python", str(PYTHON)]
    if answers([str(PYTHON), "-m", "pip", "--version"]):
        return [str(PYTHON), "-m", "pip", "install"]
    if answers([base, "-m", "pip", "--version"]):
        return [base, "-m", "pip", "--python", str(PYTHON), "install"]
    if answers([str(PYTHON), "-m", "ensurepip"]):
        return [str(PYTHON), "-m", "pip", "install"]
    return None


def answers(command: list[str]) -> bool:
    """Whether a command runs and succeeds."""
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def set_up_environment(*, with_tests: bool) -> None:
    """Create the virtual environment and install; do nothing when its stamp matches."""
    stamp = VENV / "clearinghouse.stamp"
    wanted = digest(ROOT / "constraints.txt", ROOT / "pyproject.toml")
    works = suits(PYTHON)
    have = stamp.read_text().split() if works and stamp.exists() else []
    if have[:1] == [wanted] and (not with_tests or "tests" in have):
        return
    os.environ.setdefault("UV_PYTHON_DOWNLOADS", "never")
    os.environ.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    if not works:
        say(f"Creating {VENV.name} with Python {sys.version.split()[0]}.")
        if not answers([sys.executable, "-m", "venv", "--without-pip", "--clear", str(VENV)]):
            fail(
                "this Python cannot create a virtual environment: "
                "install venv (Debian: apt-get install python3-venv)."
            )
    install = installer()
    if install is None:
        fail("neither uv nor pip is here: install one (Debian: apt-get install python3-venv).")
    say(f"Installing the dependencies into {VENV.name}; the first time takes a minute or two.")
    run(*install, "-q", "-c", "constraints.txt", *requirements(with_tests=with_tests))
    stamp.write_text(wanted + (" tests\n" if with_tests else "\n"))


# ---------------------------------------------------------------- demonstration


def manage(*arguments: object) -> list[str]:
    """The command line of a management command."""
    return [str(PYTHON), str(ROOT / "manage.py"), *map(str, arguments)]


def schema_files() -> list[Path]:
    """What the database of the demonstration and of the tests is made from."""
    return sorted(
        [
            ROOT / "constraints.txt",
            *ROOT.glob("*/migrations/*.py"),
            *ROOT.glob("site/**/migrations/*.py"),
        ]
    )


def seed_files() -> list[Path]:
    """The content of the demonstration and the command that loads it."""
    content = [
        path
        for path in ROOT.glob("site/clearinghouse/demo/**/*")
        if path.is_file() and path.suffix != ".pyc"
    ]
    return sorted([*content, *ROOT.glob("site/clearinghouse/management/commands/seed_demo.py")])


def set_up_demo(*, reset: bool) -> None:
    """Migrate and seed the demonstration's database; do nothing when its stamp matches."""
    external = os.environ.get("DATABASE_URL", "")
    if reset and external:
        fail(
            "--reset deletes the SQLite demonstration only: "
            "empty the database behind DATABASE_URL yourself."
        )
    if reset:
        shutil.rmtree(DEMO, ignore_errors=True)
    stamp = DEMO / "stamp"
    services = external + " " + os.environ.get("ELASTICSEARCH_URL", "")
    wanted = digest(*schema_files(), *seed_files(), extra=services)
    there = bool(external) or (DEMO / "db.sqlite3").exists()
    if there and stamp.exists() and stamp.read_text() == wanted:
        return
    say("Preparing the demonstration's database.")
    run(*manage("migrate", "--verbosity", "0"))
    run(*manage("seed_demo"))
    DEMO.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def check(arguments: argparse.Namespace) -> int:
    """Serve on a free port (or the one asked for), probe, stop; 0 if every probe passed."""
    server = subprocess.Popen(
        manage("serve", "--json", "--quiet", "--name-site", "--port", arguments.port or 0),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        first_line = server.stdout.readline()
        if not first_line:
            say("dev.py: the server did not start.")
            return server.wait() or 1
        if arguments.json:
            print(first_line, end="", flush=True)
        logins = json.dumps(json.loads(first_line)["logins"])
        probes = subprocess.run(
            manage("probe", json.loads(first_line)["url"]),
            cwd=ROOT,
            input=logins,
            text=True,
            stdout=sys.stderr,
        )
        server.send_signal(signal.SIGINT)
        return probes.returncode or server.wait(timeout=30)
    finally:
        server.kill()


def demo(arguments: argparse.Namespace) -> int:
    """Prepare the demonstration and serve it, in this very process, or check it."""
    set_up_environment(with_tests=False)
    os.environ["DJANGO_SETTINGS_MODULE"] = "clearinghouse.settings.development"
    set_up_demo(reset=arguments.reset)
    if arguments.check:
        return check(arguments)
    port = 8000 if arguments.port is None else arguments.port
    command = manage(
        "serve", "--name-site", "--port", port, *(["--json"] if arguments.json else [])
    )
    os.chdir(ROOT)
    return os.execv(command[0], command)  # never returns: this process becomes the server


# ---------------------------------------------------------------- tests


def chosen(arguments: list[str]) -> list[str]:
    """The arguments for pytest; where they choose no tests, all but those in a browser."""
    chooses = any(each == "-m" or not each.startswith("-") for each in arguments)
    return arguments if chooses else ["-m", "not browser", *arguments]


def test(arguments: list[str]) -> int:
    """Run pytest on two workers; test databases are kept until a migration changes."""
    set_up_environment(with_tests=True)
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    stamp = VENV / "test-databases.stamp"
    wanted = digest(*schema_files(), extra=os.environ.get("DATABASE_URL", ""))
    fresh = stamp.exists() and stamp.read_text() == wanted
    databases = ["--reuse-db"] if fresh else ["--reuse-db", "--create-db"]
    status = subprocess.call(
        [str(PYTHON), "-m", "pytest", *WORKERS, *databases, *chosen(arguments)],
        cwd=ROOT,
    )
    if status in (0, 1):  # the tests ran
        stamp.write_text(wanted)
    return status


def main() -> int:
    """Run the command named on the command line."""
    parser = argparse.ArgumentParser(description="Set up and run Clearinghouse in this checkout.")
    commands = parser.add_subparsers(dest="command", required=True)
    shown = commands.add_parser(
        "demo", help="seed and serve a demonstration at http://127.0.0.1:8000/"
    )
    shown.add_argument(
        "--check", action="store_true", help="start, probe pages, API and admin, stop"
    )
    shown.add_argument("--port", type=int, help="port (default 8000; with --check a free one)")
    shown.add_argument("--reset", action="store_true", help="delete the SQLite demonstration first")
    shown.add_argument(
        "--json", action="store_true", help="first line of output: URL and logins as JSON"
    )
    commands.add_parser(
        "test", help="run the tests but those in a browser; all further arguments go to pytest"
    )
    if sys.argv[1:2] == ["test"] and sys.argv[2:3] not in (["-h"], ["--help"]):
        settle_on_interpreter()
        return test(sys.argv[2:])
    arguments = parser.parse_args()
    settle_on_interpreter()
    return demo(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
