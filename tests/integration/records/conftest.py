"""Lines of records, and commands that bring them in."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

Line = dict[str, Any]


def resource(**changes: Any) -> Line:
    return {
        "kind": "resource",
        "slug": "calm-voice",
        "title": "A calm voice",
        "summary": "How to speak with a person in crisis.",
        "body": "<h2>Why</h2><p>Because it <b>works</b>.</p>",
        "core_topics": ["communication-skills"],
        "resource_type": "guide",
        "audiences": ["patrol-officers"],
        "publisher": "Sample Institute",
        "published_on": "2024-03-05",
        "url": "https://example.org/calm",
    } | changes


def curriculum(**changes: Any) -> Line:
    return {
        "kind": "curriculum",
        "slug": "time-and-distance",
        "title": "Time and distance",
        "summary": "A course of one day.",
        "provider": "Sample Academy",
        "sector": "public",
        "core_topics": ["communication-skills", "tactical-skills"],
        "key_elements": ["time-as-a-resource"],
        "audiences": ["recruits"],
        "modality": "in-person",
        "stages": ["in-service"],
        "modules": [
            {
                "title": "Slowing down",
                "minutes": 90,
                "method": "scenario",
                "core_topic": "tactical-skills",
            },
            {
                "title": "Speaking",
                "minutes": None,
                "method": "lecture",
                "core_topic": "communication-skills",
            },
        ],
        "approval": approval(),
    } | changes


def approval(**changes: Any) -> Line:
    return {
        "number": "IMP-1",
        "approved_on": "2025-01-10",
        "expires_on": "2099-12-31",
    } | changes


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes lines to a file."""

    def write(*lines: Line | bytes) -> Path:
        path = tmp_path / "lines.jsonl"
        path.write_bytes(
            b"\n".join(
                line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines
            )
        )
        return path

    return write


@pytest.fixture
def bring_in(site_tree: dict[str, Any], write: Callable[..., Path]) -> Callable[..., str]:
    """Return a function that imports lines and returns the last line of what the command says."""

    def bring_in(*lines: Line | bytes, **options: Any) -> str:
        said = StringIO()
        call_command("import_records", write(*lines), verbosity=0, stdout=said, **options)
        return said.getvalue().strip()

    return bring_in


@pytest.fixture
def refuse(site_tree: dict[str, Any], write: Callable[..., Path]) -> Callable[..., list[str]]:
    """Return a function that imports lines, expects faults and returns them."""

    def refuse(*lines: Line | bytes) -> list[str]:
        said = StringIO()
        with pytest.raises(CommandError, match="nothing was written"):
            call_command("import_records", write(*lines), verbosity=0, stderr=said)
        return said.getvalue().splitlines()

    return refuse
