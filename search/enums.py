"""The closed lists of the catalog search: what can be found and how it can be ordered."""

from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """What a record of the catalog is."""

    CURRICULUM = "curriculum"
    RESOURCE = "resource"


class Sort(StrEnum):
    """Orders of a result; the values are the ones of the URL."""

    RELEVANCE = "relevance"
    TITLE = "title"
    TITLE_DESC = "-title"
    NEWEST = "newest"
    OLDEST = "oldest"
    HOURS = "hours"
    HOURS_DESC = "-hours"


class Structure(StrEnum):
    """How the buckets of a facet hang together."""

    FLAT = "flat"
    TREE = "tree"
    RANGE = "range"


class Order(StrEnum):
    """In which order the buckets of a facet are listed."""

    VOCABULARY = "vocabulary"
    LABEL = "label"
    DESCENDING = "descending"


class Field(StrEnum):
    """What is searched of a record, in the order of its weight."""

    TITLE = "title"
    SUMMARY = "summary"
    BODY = "body"


class Tier(IntEnum):
    """How near the top of a record all of a text was found; an earlier one ranks first."""

    TITLE = 0
    HEAD = 1
    ANYWHERE = 2


class Manner(StrEnum):
    """How a part of a text can match: as it was typed, as a beginning, by a synonym."""

    TYPED = "typed"
    BEGINNING = "beginning"
    SYNONYM = "synonym"


class Hidden(StrEnum):
    """Why the public cannot find a page."""

    DRAFT = "draft"
    ALIAS = "alias"
    PRIVATE = "private"
    UNAPPROVED = "unapproved"
    NO_ADDRESS = "no-address"
    WAITING = "waiting"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
