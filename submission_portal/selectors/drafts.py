"""What a provider has typed and uploaded so far."""

from collections.abc import Mapping, Sequence

from submission_portal.enums import Step
from submission_portal.models import Submission, SubmissionFile

Content = dict[str, dict[str, list[str]]]
"""By step, then by name of a field: the texts as a browser sent them."""


def content_of(submission: Submission) -> Content:
    """Return the content of every step that something was saved in."""
    return dict(submission.steps.values_list("step", "content"))


def title_in(content: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """Return the title that was typed into the first step, as a submission keeps it."""
    typed = content.get(Step.ABOUT.value, {}).get("title") or [""]
    return typed[0].strip()[: Submission._meta.get_field("title").max_length]


def current_files(submission: Submission) -> list[SubmissionFile]:
    """Return the files that stand now, in the order of their first upload."""
    files = submission.files.filter(ended_at=None).select_related("stored_file", "uploaded_by")
    return list(files.order_by("uploaded_at", "pk"))
