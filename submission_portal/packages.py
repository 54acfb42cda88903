"""Reading what a course package says of itself: SCORM, cmi5, IMS Common Cartridge. No Django.

Only the manifest at the top of the archive is read, within bounds; nothing is ever unpacked.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MOST_BYTES = 2 * 1024 * 1024
"""The largest manifest that is read."""
MOST_ITEMS = 500
MOST_DEPTH = 20
MOST_TITLE = 255
_CMI5 = "cmi5.xml"
_IMS = "imsmanifest.xml"
_CMI5_NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
_CARTRIDGE = re.compile(r"http://www\.imsglobal\.org/xsd/imscc(v1p[1-9])?/imscp_v1p1")
_SCORM_12 = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
_SCORM_2004 = "http://www.adlnet.org/xsd/adlcp_v1p3"
_PASSED = {"Passed", "CompletedAndPassed"}
_DURATION = re.compile(r"PT(?:(\d{1,5})H)?(?:(\d{1,7})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?")


class Kind(StrEnum):
    """The standard that a package follows."""

    SCORM_12 = "scorm_12"
    SCORM_2004 = "scorm_2004"
    CMI5 = "cmi5"
    COMMON_CARTRIDGE = "common_cartridge"


class Reason(StrEnum):
    """Why nothing can be read of a package."""

    NO_ARCHIVE = "The file is not a ZIP archive that can be read."
    NO_MANIFEST = "The archive has no imsmanifest.xml or cmi5.xml at its top."
    UNKNOWN = "The manifest follows none of the standards SCORM, cmi5 and IMS Common Cartridge."
    ENTITIES = "The manifest declares a document type or entities, which are not read."
    DAMAGED = "The manifest cannot be read: it is damaged."
    TOO_LARGE = "The manifest is too large, or has too many items or levels."


class PackageFault(Exception):  # noqa: N818 - named for what is wrong
    """Nothing can be read of a package; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PackageItem:
    """One entry of a course's organisation; `minutes` only where the package states them."""

    title: str
    minutes: int | None
    is_assessment: bool
    depth: int


@dataclass(frozen=True, slots=True)
class Package:
    """What a manifest says, its items in the order of the course, each before those below it."""

    kind: Kind
    title: str
    items: tuple[PackageItem, ...]


def holds_manifest(content: IO[bytes]) -> bool:
    """Return whether an archive names a manifest at its top; reads nothing of it."""
    try:
        with zipfile.ZipFile(content) as archive:
            return _manifest_in(archive) is not None
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, OverflowError):
        return False


def read_package(content: IO[bytes]) -> Package:
    """Return what the package's manifest says; raises PackageFault where it says nothing."""
    name, text = _manifest_of(content)
    try:
        root = fromstring(text, forbid_dtd=True)
    except DefusedXmlException as error:
        raise PackageFault(Reason.ENTITIES) from error
    except (ParseError, ValueError, LookupError) as error:
        raise PackageFault(Reason.DAMAGED) from error
    return _cmi5(root) if name == _CMI5 else _ims(root)


def _manifest_in(archive: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    named = {info.filename: info for info in archive.infolist()}
    return named.get(_CMI5) or named.get(_IMS)


def _manifest_of(content: IO[bytes]) -> tuple[str, bytes]:
    try:
        archive = zipfile.ZipFile(content)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, OverflowError) as error:
        raise PackageFault(Reason.NO_ARCHIVE) from error
    with archive:
        info = _manifest_in(archive)
        if info is None:
            raise PackageFault(Reason.NO_MANIFEST)
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise PackageFault(Reason.DAMAGED)
        try:
            with archive.open(info) as manifest:
                # What the archive says of its size may be a lie.
                text = manifest.read(MOST_BYTES + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            RuntimeError,  # has a password
            OSError,
            ValueError,
            OverflowError,
        ) as error:
            raise PackageFault(Reason.DAMAGED) from error
    if len(text) > MOST_BYTES:
        raise PackageFault(Reason.TOO_LARGE)
    return info.filename, text


# What elements say


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _namespace(element: Element) -> str:
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def _children(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield the children with one of these names, whatever namespace and case they are written in.

    Metadata of SCORM 1.2 has its names in small letters, that of the later standards has not.
    """
    wanted = {name.lower() for name in names}
    inside = iter(element) if element is not None else iter(())
    return (child for child in inside if _name(child).lower() in wanted)


def _child(element: Element | None, *path: str) -> Element | None:
    for name in path:
        element = next(_children(element, name), None)
    return element


def _text(element: Element | None) -> str:
    """Return the first text of an element or what is in it, in one line."""
    texts = (" ".join(text.split()) for text in (element.itertext() if element is not None else ()))
    return next((text for text in texts if text), "")[:MOST_TITLE]


def _minutes(owner: Element) -> int | None:
    """Return the minutes that the metadata (LOM) of an element states, part of one as a whole."""
    lom = _child(owner, "metadata", "lom")
    for place in (("educational", "typicalLearningTime"), ("technical", "duration")):
        stated = _child(lom if lom is not None else _child(owner, "lom"), *place)
        for value in _children(stated, "duration", "datetime"):
            minutes = minutes_of(_text(value))
            if minutes is not None:
                return minutes
    return None


def minutes_of(text: str) -> int | None:
    """Return the minutes of an ISO 8601 duration in hours, minutes and seconds; else None.

    Days and more have no fixed number of minutes of teaching, and nought means not stated.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 60 + minutes + ceil(seconds / 60) or None


class _Items(list[PackageItem]):
    """The items found so far, within the bounds."""

    def take(self, item: PackageItem) -> None:
        if len(self) == MOST_ITEMS:
            raise PackageFault(Reason.TOO_LARGE)
        self.append(item)


def _check_level(level: int) -> None:
    if level >= MOST_DEPTH:
        raise PackageFault(Reason.TOO_LARGE)


# cmi5


def _cmi5(root: Element) -> Package:
    if _namespace(root) != _CMI5_NAMESPACE or _name(root) != "courseStructure":
        raise PackageFault(Reason.UNKNOWN)
    items = _Items()
    _take_units(root, 0, items)
    return Package(Kind.CMI5, _text(_child(root, "course", "title")), tuple(items))


def _take_units(parent: Element, depth: int, items: _Items) -> None:
    _check_level(depth)
    for unit in _children(parent, "block", "au"):
        must_pass = unit.get("moveOn") in _PASSED or unit.get("masteryScore") is not None
        title = _text(_child(unit, "title"))
        if title:
            items.take(PackageItem(title, _minutes(unit), must_pass and _name(unit) == "au", depth))
        if _name(unit) == "block":
            _take_units(unit, depth + bool(title), items)


# SCORM and Common Cartridge


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What an item of the organisation refers to."""

    kind: Kind
    resources: Mapping[str, Element]
    sequencings: Mapping[str, Element]

    def minutes(self, item: Element) -> int | None:
        own = _minutes(item)
        resource = self.resources.get(item.get("identifierref", ""))
        return own if own is not None or resource is None else _minutes(resource)

    def is_assessment(self, item: Element) -> bool:
        if self.kind is Kind.SCORM_12:
            return bool(_text(_child(item, "masteryscore")))
        if self.kind is Kind.COMMON_CARTRIDGE:
            resource = self.resources.get(item.get("identifierref", ""))
            return resource is not None and resource.get("type", "").startswith("imsqti")
        own = _child(item, "sequencing")
        shared = self.sequencings.get(own.get("IDRef", "")) if own is not None else None
        return _needs_a_score(own) or _needs_a_score(shared)


def _needs_a_score(sequencing: Element | None) -> bool:
    objective = _child(sequencing, "objectives", "primaryObjective")
    return objective is not None and objective.get("satisfiedByMeasure") in {"true", "1"}


def _ims(root: Element) -> Package:
    kind = _kind_of(root)
    organisation = _organisation_of(root)
    manifest = _Manifest(
        kind,
        {
            resource.get("identifier", ""): resource
            for resource in _children(_child(root, "resources"), "resource")
        },
        {
            sequencing.get("ID", ""): sequencing
            for sequencing in _children(_child(root, "sequencingCollection"), "sequencing")
        },
    )
    items = _Items()
    if organisation is not None:
        _take_items(organisation, 0, 0, manifest, items)
    named = _text(_child(root, "metadata", "lom", "general", "title"))
    return Package(kind, _text(_child(organisation, "title")) or named, tuple(items))


def _kind_of(root: Element) -> Kind:
    """Return the standard of an imsmanifest.xml; raises PackageFault for any other."""
    if _name(root) != "manifest":
        raise PackageFault(Reason.UNKNOWN)
    if _CARTRIDGE.fullmatch(_namespace(root)):
        return Kind.COMMON_CARTRIDGE
    if _text(_child(root, "metadata", "schema")) == "ADL SCORM":
        version = _text(_child(root, "metadata", "schemaversion"))
        if version == "1.2":
            return Kind.SCORM_12
        if version.startswith("2004") or version == "CAM 1.3":
            return Kind.SCORM_2004
    used = {
        str(name).rpartition("}")[0].removeprefix("{")
        for element in root.iter()
        for name in (element.tag, *element.attrib)
    }
    for namespace, kind in ((_SCORM_12, Kind.SCORM_12), (_SCORM_2004, Kind.SCORM_2004)):
        if namespace in used:
            return kind
    raise PackageFault(Reason.UNKNOWN)


def _organisation_of(root: Element) -> Element | None:
    """Return the organisation that the manifest names as the usual one, else the first."""
    organisations = _child(root, "organizations")
    listed = list(_children(organisations, "organization"))
    usual = organisations.get("default") if organisations is not None else None
    named = [each for each in listed if each.get("identifier") == usual]
    return next(iter(named + listed), None)


def _take_items(
    parent: Element, level: int, depth: int, manifest: _Manifest, items: _Items
) -> None:
    """Take the items below an element; one without a title only holds others together."""
    _check_level(level)
    for item in _children(parent, "item"):
        title = _text(_child(item, "title"))
        if title:
            items.take(
                PackageItem(title, manifest.minutes(item), manifest.is_assessment(item), depth)
            )
        _take_items(item, level + 1, depth + bool(title), manifest, items)
