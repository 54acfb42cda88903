"""The format of one line: which keys a record of each kind has, and what their values must be.

Nothing here reads the database: the caller says which vocabulary values there are.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from resource_library.enums import Sector

from .body import clean_body
from .fields import Fault, Fields

Record = dict[str, Any]
"""A record in its canonical form: every key in the order below, lists of slugs sorted."""

RESOURCE: Final = "resource"
CURRICULUM: Final = "curriculum"

VOCABULARIES: Final[Mapping[str, Mapping[str, str]]] = {
    RESOURCE: {"resource_type": "resource_type", "audiences": "audience"},
    CURRICULUM: {
        "key_elements": "key_element",
        "audiences": "audience",
        "modality": "modality",
        "stages": "stage",
    },
}
"""By kind and field, the list of terms its values come from; topics are a list of their own."""

SLUG_LENGTH = 255
TITLE_LENGTH = 255
SUMMARY_LENGTH = 600
BODY_LENGTH = 200_000
NAME_LENGTH = 200
URL_LENGTH = 500
NUMBER_LENGTH = 60
MODULES = 500
MINUTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Values:
    """The slugs that may be used: core topics, and terms by vocabulary."""

    topics: frozenset[str]
    terms: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, vocabulary: str) -> frozenset[str]:
        """Return the slugs of one list of terms."""
        return self.terms.get(vocabulary, frozenset())


def parse(raw: bytes, values: Values) -> tuple[Record | None, list[Fault]]:
    """Return the record of one line in its canonical form, or None with every fault found."""
    faults: list[Fault] = []
    content = _decode(raw, faults)
    if content is None:
        return None, faults
    fields = Fields(content, faults)
    match content.get("kind"):
        case "resource":
            record = _resource(fields, values)
        case "curriculum":
            record = _curriculum(fields, values)
        case other:
            message = _("Must be “resource” or “curriculum”.") if other else _("Is missing.")
            return None, [Fault("kind", message)]
    fields.refuse_others({"kind"})
    return (None, faults) if faults else (record, [])


def dump(record: Record) -> str:
    """Return the record as one line of JSON, without the end of line."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def digest(record: Record) -> str:
    """Return the SHA-256 of what the page itself says; the sector is the organisation's."""
    own = {name: value for name, value in record.items() if name != "sector"}
    return hashlib.sha256(dump(own).encode()).hexdigest()


class _DuplicateKeyError(ValueError):
    """A JSON object names the same key twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise _DuplicateKeyError(next(name for name in names if names.count(name) > 1))
    return found


def _decode(raw: bytes, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        content = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique)
    except UnicodeDecodeError:
        faults.append(Fault("", _("Is not UTF-8 text.")))
    except _DuplicateKeyError as error:
        faults.append(Fault(str(error)[:NAME_LENGTH], _("Is there more than once.")))
    except (ValueError, RecursionError):
        faults.append(Fault("", _("Is not JSON.")))
    else:
        if isinstance(content, dict):
            return content
        faults.append(Fault("", _("Is not a JSON object.")))
    return None


def _head(fields: Fields, kind: str) -> Record:
    return {
        "kind": kind,
        "slug": fields.slug("slug", limit=SLUG_LENGTH),
        "title": fields.text("title", limit=TITLE_LENGTH, required=True),
        "summary": fields.text("summary", limit=SUMMARY_LENGTH, required=True, lines=True),
    }


def _resource(fields: Fields, values: Values) -> Record:
    return _head(fields, RESOURCE) | {
        "body": clean_body(fields.text("body", limit=BODY_LENGTH, lines=True) or ""),
        "core_topics": fields.choices("core_topics", values.topics, required=True),
        "resource_type": fields.choice("resource_type", values.of("resource_type"), required=True),
        "audiences": fields.choices("audiences", values.of("audience")),
        "publisher": fields.text("publisher", limit=NAME_LENGTH),
        "published_on": fields.day("published_on"),
        "url": fields.url("url", limit=URL_LENGTH),
    }


def _curriculum(fields: Fields, values: Values) -> Record:
    record = _head(fields, CURRICULUM) | {
        "provider": fields.text("provider", limit=NAME_LENGTH),
        "sector": fields.choice("sector", frozenset(sector.value for sector in Sector)),
        "core_topics": fields.choices("core_topics", values.topics, required=True),
        "key_elements": fields.choices("key_elements", values.of("key_element")),
        "audiences": fields.choices("audiences", values.of("audience")),
        "modality": fields.choice("modality", values.of("modality")),
        "stages": fields.choices("stages", values.of("stage")),
        "modules": [_module(row, values) for row in fields.rows("modules", limit=MODULES)],
        "approval": _approval(fields.row("approval")),
    }
    if record["sector"] and not record["provider"] and not fields.has_fault("provider"):
        fields.fault("sector", _("Belongs to a provider, and none is named."))
    return record


def _module(fields: Fields, values: Values) -> Record:
    module = {
        "title": fields.text("title", limit=NAME_LENGTH, required=True),
        "minutes": fields.whole_number("minutes", least=1, most=MINUTES),
        "method": fields.choice("method", values.of("method")),
        "core_topic": fields.choice("core_topic", values.topics),
    }
    fields.refuse_others()
    return module


def _approval(fields: Fields | None) -> Record | None:
    if fields is None:
        return None
    approval = {
        "number": fields.text("number", limit=NUMBER_LENGTH, required=True),
        "approved_on": fields.day("approved_on", required=True, past=True),
        "expires_on": fields.day("expires_on", required=True),
    }
    fields.refuse_others()
    first, last = approval["approved_on"], approval["expires_on"]
    if first and last and last < first:
        fields.fault("expires_on", _("Lies before the day of approval."))
    return approval


def organisation_key(name: str) -> str:
    """Return what two spellings of one organisation's name have in common."""
    return re.sub(r"\s+", " ", name).strip().casefold()
