"""Admin views of the review workflow, by subject."""

from .approvals import RecordApprovalView, download_document
from .assignment import AssignmentView
from .board import BoardView
from .break_glass import BreakGlassView
from .case import CaseView, ConditionView, download_evidence
from .chair import NameChairView
from .compare import CompareView
from .decide import DecideView
from .dossier import DossierView
from .files import download_review_file, read_review_file, review_files
from .messages import RetryMessageView
from .panel import PanelView
from .queue import MailPreferenceView, YourReviewsPanel, YourReviewsView
from .response import ResponseView
from .review import autosave, discussion

__all__ = [
    "AssignmentView",
    "BoardView",
    "BreakGlassView",
    "CaseView",
    "CompareView",
    "ConditionView",
    "DecideView",
    "DossierView",
    "MailPreferenceView",
    "NameChairView",
    "PanelView",
    "RecordApprovalView",
    "ResponseView",
    "RetryMessageView",
    "YourReviewsPanel",
    "YourReviewsView",
    "autosave",
    "discussion",
    "download_document",
    "download_evidence",
    "download_review_file",
    "read_review_file",
    "review_files",
]
