"""Reading typed fields out of a JSON object, collecting every fault on the way."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

SHOWN = 80
_SLUG = re.compile(r"[-a-zA-Z0-9_]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_is_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field; an empty field means the line as a whole."""

    field: str
    message: str


class Fields:
    """The fields of one object; every reader returns a valid value or None and notes the fault."""

    def __init__(self, content: Mapping[str, Any], faults: list[Fault], prefix: str = "") -> None:
        self._content = content
        self._faults = faults
        self._prefix = prefix
        self._read: set[str] = set()

    def fault(self, name: str, message: str) -> None:
        """Note a fault of the field `name`."""
        self._faults.append(Fault(_shown(self._prefix + name), message))

    def has_fault(self, name: str) -> bool:
        """Return whether a fault of the field was noted."""
        return any(fault.field == self._prefix + name for fault in self._faults)

    def text(
        self, name: str, *, limit: int, required: bool = False, lines: bool = False
    ) -> str | None:
        """Return text without outer blanks, None where there is none; `lines` allows line ends."""
        value = self._value(name)
        if value is None or value == "":
            self._absent(name, required=required)
            return None
        if not isinstance(value, str):
            self.fault(name, _("Must be text."))
            return None
        bad = _forbidden(value, "\t\n\r" if lines else "")
        if bad:
            self.fault(name, _("Contains the character %(code)s.") % {"code": bad})
            return None
        value = value.strip()
        if not value:
            self._absent(name, required=required)
            return None
        if len(value) > limit:
            self.fault(
                name,
                _("Is longer than %(limit)d characters (%(length)d).")
                % {"limit": limit, "length": len(value)},
            )
            return None
        return value

    def slug(self, name: str, *, limit: int) -> str | None:
        """Return a required slug."""
        value = self.text(name, limit=limit, required=True)
        if value is not None and not _SLUG.fullmatch(value):
            self.fault(name, _("May only contain letters a–z, digits, hyphens and underscores."))
            return None
        return value

    def url(self, name: str, *, limit: int) -> str | None:
        """Return an http or https address, or None."""
        value = self.text(name, limit=limit)
        if value is None:
            return None
        try:
            _is_address(value)
        except ValidationError:
            self.fault(name, _("Must be an address that begins with http:// or https://."))
            return None
        return value

    def day(self, name: str, *, required: bool = False, past: bool = False) -> str | None:
        """Return a day as YYYY-MM-DD; with `past` it may not lie in the future."""
        value = self.text(name, limit=SHOWN, required=required)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None:
            self.fault(name, _("Must be a day as YYYY-MM-DD."))
            return None
        if past and day > timezone.localdate():
            self.fault(name, _("Lies in the future."))
            return None
        return value

    def whole_number(self, name: str, *, least: int, most: int) -> int | None:
        """Return a whole number, or None where it is not stated."""
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.fault(
                name,
                _("Must be a whole number from %(least)d to %(most)d.")
                % {"least": least, "most": most},
            )
            return None
        return value

    def choice(self, name: str, choices: frozenset[str], *, required: bool = False) -> str | None:
        """Return one slug out of `choices`, or None."""
        value = self.text(name, limit=SLUG_LENGTH, required=required)
        if value is not None and value not in choices:
            self._unknown(name, value)
            return None
        return value

    def choices(self, name: str, choices: frozenset[str], *, required: bool = False) -> list[str]:
        """Return slugs out of `choices`, sorted; `required` asks for the key, not for a value."""
        if required and self._content.get(name) is None:
            self._value(name)
            self._absent(name, required=True)
            return []
        found: list[str] = []
        for place, value in self._items(name):
            if not isinstance(value, str):
                self.fault(place, _("Must be text."))
            elif value not in choices:
                self._unknown(place, value)
            elif value in found:
                self.fault(place, _("Is there more than once."))
            else:
                found.append(value)
        return sorted(found)

    def row(self, name: str) -> "Fields | None":
        """Return the fields of an object inside, or None where it is null or missing."""
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(name, _("Must be an object or null."))
            return None
        return Fields(value, self._faults, f"{self._prefix}{name}.")

    def rows(self, name: str, *, limit: int) -> Iterator["Fields"]:
        """Yield the fields of every object in a list."""
        for number, (place, value) in enumerate(self._items(name)):
            if number == limit:
                self.fault(name, _("Has more than %(limit)d entries.") % {"limit": limit})
                return
            if isinstance(value, dict):
                yield Fields(value, self._faults, f"{self._prefix}{place}.")
            else:
                self.fault(place, _("Must be an object."))

    def refuse_others(self, expected: frozenset[str] | set[str] = frozenset()) -> None:
        """Note a fault for every key that nobody has read."""
        for name in self._content:
            if name not in self._read and name not in expected:
                self.fault(name, _("Is not a field of this record."))

    def _items(self, name: str) -> list[tuple[str, Any]]:
        value = self._value(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, _("Must be a list."))
            return []
        return [(f"{name}[{number}]", item) for number, item in enumerate(value)]

    def _value(self, name: str) -> Any:
        self._read.add(name)
        return self._content.get(name)

    def _absent(self, name: str, *, required: bool) -> None:
        if required:
            there = name in self._content
            self.fault(name, _("Is empty.") if there else _("Is missing."))

    def _unknown(self, name: str, value: str) -> None:
        self.fault(name, _("There is no value “%(value)s”.") % {"value": _shown(value)})


SLUG_LENGTH = 255


def _shown(value: str) -> str:
    """Return text that is safe to print on one line of a terminal."""
    safe = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in value)
    return safe if len(safe) <= SHOWN else safe[: SHOWN - 1] + "…"


def _forbidden(value: str, allowed: str) -> str:
    """Return the first control character or lone surrogate as U+XXXX, or nothing."""
    for sign in value:
        if unicodedata.category(sign) in {"Cc", "Cs"} and sign not in allowed:
            return f"U+{ord(sign):04X}"
    return ""
