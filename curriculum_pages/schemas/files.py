"""A curriculum's public files."""

from uuid import UUID

from ninja import Schema
from pydantic import Field

from curriculum_pages.models import CurriculumFile


class CurriculumFileDetail(Schema):
    """A public file of the curriculum."""

    id: UUID
    title: str
    role: str
    name: str
    size: int = Field(description="In bytes.")
    content_type: str
    sha256: str
    url: str

    @classmethod
    def of(cls, row: CurriculumFile, url: str) -> "CurriculumFileDetail":
        """Return a public file whose stored content is loaded."""
        return cls(
            id=row.uid,
            title=row.title,
            role=row.role,
            name=row.name,
            size=row.stored_file.size,
            content_type=row.stored_file.content_type,
            sha256=row.stored_file.sha256,
            url=url,
        )
