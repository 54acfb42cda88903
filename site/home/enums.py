"""Closed lists of the site's pages."""

from enum import StrEnum


class Judgement(StrEnum):
    """How far the sources of a policy brief carry the expectation of an impact."""

    SUPPORTED = "supported"
    LIKELY = "likely"
    CONDITIONAL = "conditional"
    UNCERTAIN = "uncertain"
