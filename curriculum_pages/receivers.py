"""What curricula do on word from the review workflow: a file handed out, an edition copied."""

from typing import Any

from curriculum_pages.enums import OpenedAs
from curriculum_pages.models import StoredFile
from curriculum_pages.services import copy_severities, record_download
from review_workflow.models import StandardsEdition
from review_workflow.signals import edition_copied, file_opened


def connect() -> None:
    """Listen; called once the apps are loaded."""
    file_opened.connect(on_file_opened, dispatch_uid="curriculum_pages.file_opened")
    edition_copied.connect(on_edition_copied, dispatch_uid="clearinghouse_curricula_severities")


def on_file_opened(*, user: Any, file: Any, case: Any, is_reviewer: bool, **_kwargs: Any) -> None:
    """Record the download; a file that is not stored here is somebody else's."""
    stored = StoredFile.objects.filter(sha256=file.sha256).first()
    if stored is None:
        return
    record_download(
        stored_file=stored,
        name=file.name,
        user=user,
        opened_as=OpenedAs.REVIEWER if is_reviewer else OpenedAs.STAFF,
        about=case.number,
    )


def on_edition_copied(edition: StandardsEdition, copy: StandardsEdition, **_kwargs: Any) -> None:
    """Let the copy set the severities that the edition sets."""
    copy_severities(edition=edition, copy=copy)
