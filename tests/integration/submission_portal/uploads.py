"""Providers whose people upload files, for tests of what becomes of these."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from reportlab.pdfgen.canvas import Canvas

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import Provider, ProviderMember
from resource_library.models import Organisation
from submission_portal.models import Submission, SubmissionVersion
from submission_portal.services.files import add_file

MANIFEST = """<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"
  xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1">
 <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
 <organizations><organization><title>Course</title>
  <item><title>Listening</title><metadata><imsmd:lom><imsmd:educational><imsmd:typicallearningtime>
   <imsmd:datetime>PT50M</imsmd:datetime></imsmd:typicallearningtime></imsmd:educational></imsmd:lom>
  </metadata></item>
  <item><title>Distance</title>
   <item><title>Test of distance</title><adlcp:masteryscore>80</adlcp:masteryscore></item></item>
  {}</organization></organizations><resources/></manifest>"""
"""A course package's list of three modules; one more, or none, goes where the braces are."""


def pdf(text: str = "Sample") -> bytes:
    written = io.BytesIO()
    canvas = Canvas(written, invariant=True)
    canvas.drawString(72, 720, text)
    canvas.save()
    return written.getvalue()


def archive(name: str, content: bytes = b"a") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return written.getvalue()


def person(name: str, *permissions: str) -> Any:
    user = get_user_model().objects.create_user(f"{name}@example.org", "a long password")
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    return user


@dataclass
class World:
    """One provider with a draft, everybody who might ask for its files, and another provider."""

    provider: Provider
    submission: Submission
    owner: Any

    def member(self, name: str, role: MemberRole, provider: Provider | None = None) -> Any:
        user = person(name)
        ProviderMember.objects.create(
            provider=provider or self.provider, user=user, role=role.value
        )
        return user

    def add(self, name: str = "guide.pdf", content: bytes | None = None, **changes: Any) -> Any:
        upload = ContentFile(pdf() if content is None else content, name=name)
        return add_file(
            **{
                "submission_id": self.submission.pk,
                "upload": upload,
                "title": "",
                "role": "instructor_guide",
                "visibility": "reviewers",
                "actor": self.owner,
            }
            | changes
        )

    def move_to(self, state: str, number: str | None = "S-2026-0001") -> None:
        """Put the submission forward as it stands."""
        if number and not self.submission.versions.exists():
            SubmissionVersion.objects.create(
                submission=self.submission,
                number=1,
                content={},
                sha256="0" * 64,
                submitted_by=self.owner,
            )
        Submission.objects.filter(pk=self.submission.pk).update(state=state, number=number)
        self.submission.refresh_from_db()


def make_world() -> World:
    """Return a provider whose owner has begun a draft."""
    organisation = Organisation.objects.create(name="Riverbend Training")
    provider = Provider.objects.create(organisation=organisation)
    owner = person("owner")
    ProviderMember.objects.create(provider=provider, user=owner, role=MemberRole.OWNER.value)
    return World(provider, Submission.objects.create(provider=provider, created_by=owner), owner)


def make_other() -> Provider:
    """Return another provider."""
    organisation = Organisation.objects.create(name="Another school")
    return Provider.objects.create(organisation=organisation)


def contents(folder: Path) -> list[Path]:
    """Return every file in a folder and below it."""
    return [path for path in folder.rglob("*") if path.is_file()]


def browser(user: Any) -> Client:
    """Return the browser of somebody; of nobody with None."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def page_of(world: World) -> str:
    """Return the address of the step of the files."""
    return reverse("portal_files", args=[world.submission.uid])
