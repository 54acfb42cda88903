"""Facade of the portal's models; import from here, never from the submodules."""

from .conditions import ConditionUpload
from .conversation import SubmissionMessage
from .files import SubmissionFile
from .invitation import Invitation
from .screening import ScreeningReason
from .submission import (
    Submission,
    SubmissionEvent,
    SubmissionNumberSeries,
    SubmissionStep,
    SubmissionVersion,
    SubmittedRevision,
)

__all__ = [
    "ConditionUpload",
    "Invitation",
    "ScreeningReason",
    "Submission",
    "SubmissionEvent",
    "SubmissionFile",
    "SubmissionMessage",
    "SubmissionNumberSeries",
    "SubmissionStep",
    "SubmissionVersion",
    "SubmittedRevision",
]
