"""Sample files of curricula: one page each that says what it is."""

import io

from django.core.files.base import ContentFile
from reportlab.pdfgen.canvas import Canvas

from curriculum_pages.enums import FileRole, Visibility
from curriculum_pages.models import CurriculumFile
from curriculum_pages.services import store_file

SAMPLE_FILES = (
    (FileRole.CURRICULUM, "Curriculum"),
    (FileRole.INSTRUCTOR_GUIDE, "Instructor guide"),
)
"""What a panel needs to see of every curriculum."""


def sample_pdf(curriculum: str, title: str) -> bytes:
    """Return a page that names the curriculum and says that it is a sample."""
    written = io.BytesIO()
    canvas = Canvas(written, invariant=True)
    canvas.setTitle(title)
    for line, text in enumerate((curriculum, title, "Invented for the demonstration.")):
        canvas.drawString(72, 720 - 24 * line, text)
    canvas.save()
    return written.getvalue()


def sample_files(curriculum: str) -> list[CurriculumFile]:
    """Return the unsaved files of a sample curriculum, which its reviewers may open."""
    return [
        CurriculumFile(
            title=title,
            name=f"{title}.pdf",
            role=role.value,
            visibility=Visibility.REVIEWERS.value,
            stored_file=store_file(
                content=ContentFile(sample_pdf(curriculum, title)), name=f"{title}.pdf"
            ),
            sort_order=order,
        )
        for order, (role, title) in enumerate(SAMPLE_FILES)
    ]
