"""Completion of a typed text: its parameters, and a record that is offered. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from search.enums import Kind
from search.facets import gettext_noop
from search.query import CatalogQuery, Fault, InvalidQuery, clip, read_text

MAX_COMPLETIONS = 8
NAMES = ("q", "kind", "locale")


@dataclass(frozen=True, slots=True)
class Completion:
    """A record whose title holds what was typed; `path` is the address on this site."""

    kind: Kind
    uid: str
    slug: str
    title: str
    path: str


def parse_completion(
    parameters: Mapping[str, Sequence[str]], locales: Collection[str]
) -> tuple[CatalogQuery, str | None]:
    """Read the query, and the language of the pages that are asked for, from URL parameters.

    Raises InvalidQuery with every fault, in the order of the parameters.
    """
    known = {"kind": {kind.value for kind in Kind}, "locale": set(locales)}
    faults: list[Fault] = []
    single: dict[str, str] = {}
    for name, values in parameters.items():
        value = single[name] = values[-1] if values else ""
        if name not in NAMES:
            faults.append(Fault(clip(name), clip(value), gettext_noop("Unknown parameter.")))
        elif len(values) > 1:
            faults.append(Fault(name, clip(value), gettext_noop("Given more than once.")))
        elif name in known and not value:
            faults.append(Fault(name, "", gettext_noop("Empty value.")))
        elif name in known and value not in known[name]:
            faults.append(Fault(name, clip(value), gettext_noop("Unknown value.")))
    text = read_text(single.get("q", ""), faults)
    if faults:
        raise InvalidQuery(faults)
    kind = Kind(single["kind"]) if "kind" in single else None
    return CatalogQuery(kind, text=text), single.get("locale")
