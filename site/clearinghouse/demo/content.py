"""Reads the demonstration's content from its data files. Knows no model."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID, uuid5

Record = Mapping[str, Any]

NAMESPACE = UUID("6f4f1c5e-5f0d-5c36-9a0c-0f4f5a1d2b90")


@cache
def load(subject: str) -> Record:
    """Return the content of one data file by its name without the ending."""
    path = resources.files(__package__) / "data" / f"{subject}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def lasting_id(kind: str, name: str) -> UUID:
    """Return the id of a record; the same on every database and in every run."""
    return uuid5(NAMESPACE, f"{kind}/{name}")
