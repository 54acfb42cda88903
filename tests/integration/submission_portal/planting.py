"""Providers, their people and complete submissions for tests."""

import io
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from reportlab.pdfgen.canvas import Canvas

from curriculum_pages.enums import FileRole, MemberRole, Visibility, YesNoUnknown
from curriculum_pages.models import CurriculumPage, Module, Provider, ProviderMember
from resource_library.enums import Vocabulary
from resource_library.models import CoreTopicArea, Organisation, Term
from submission_portal.content import content_from
from submission_portal.enums import Step
from submission_portal.models import Submission
from submission_portal.services import create_submission, save_step, submit
from submission_portal.services.files import add_file

ATTEST = {"name": ["Pat Example"], "position": ["Director"], "entitled": ["on"], "true": ["on"]}


def make_person(name: str, **fields: Any) -> Any:
    """Return somebody with a login and no right at all."""
    return get_user_model().objects.create_user(
        f"{name}@example.org", "a long password", **{"first_name": name.title()} | fields
    )


def make_provider(name: str) -> Provider:
    """Return the provider of that name."""
    return Provider.objects.create(organisation=Organisation.objects.create(name=name))


def make_member(
    provider: Provider, name: str, role: MemberRole = MemberRole.OWNER, **fields: Any
) -> Any:
    """Return somebody who acts for the provider."""
    user = make_person(name, **fields)
    ProviderMember.objects.create(provider=provider, user=user, role=role.value)
    return user


def make_screener(name: str = "screener") -> Any:
    """Return somebody of the staff who screens submissions."""
    user = make_person(name)
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["screen_submissions", "access_admin"])
    )
    return user


def term(vocabulary: Vocabulary) -> Term:
    """Return the first term of a list."""
    return Term.objects.filter(vocabulary=vocabulary.value, active=True).order_by("pk")[0]


def complete_page(provider: Provider, title: str = "Calm calls", **fields: Any) -> CurriculumPage:
    """Return an unsaved curriculum that lacks nothing but its files."""
    topic = CoreTopicArea.objects.order_by("pk")[0]
    page = CurriculumPage(
        **{
            "title": title,
            "summary": "A course about calm calls.",
            "description": "<p>Two days of practice.</p>",
            "provider": provider,
            "version_label": "1.0",
            "authors": "Its training staff",
            "programme_kind": term(Vocabulary.PROGRAMME_KIND),
            "language": term(Vocabulary.LANGUAGE),
            "licence": term(Vocabulary.LICENCE),
            "cost": "Free of charge.",
            "modality": term(Vocabulary.MODALITY),
            "objectives": [("item", "Name three ways to respond.")],
            "instructor_qualifications": "Two years as an instructor.",
            "class_size": "20",
            "pre_test": YesNoUnknown.YES.value,
            "post_test": YesNoUnknown.YES.value,
            "pass_mark": 80,
            "follow_up_method": "Supervisors score two contacts.",
            "follow_up_months": 6,
            "scenario_exercises": [
                ("scenario", {"title": "Door", "description": "Somebody waits.", "minutes": 60})
            ],
            "accessibility_statement": "Captioned.",
            "claimed_hours": 4,
        }
        | fields
    )
    page.core_topics = [topic]
    page.audiences = [term(Vocabulary.AUDIENCE)]
    page.stages = [term(Vocabulary.STAGE)]
    page.implementation_supports = [term(Vocabulary.IMPLEMENTATION_SUPPORT)]
    page.modules = [
        Module(
            title=name,
            sort_order=order,
            contact_minutes=120,
            core_topic=topic,
            method=term(Vocabulary.METHOD),
            objectives=[("item", f"Objective of {name}.")],
            assessments=[("item", "A scored exercise.")],
        )
        for order, name in enumerate(["Listening", "Scenarios"])
    ]
    return page


def pdf(text: str = "Sample") -> bytes:
    """Return a real PDF of one page."""
    written = io.BytesIO()
    canvas = Canvas(written, invariant=True)
    canvas.drawString(72, 720, text)
    canvas.save()
    return written.getvalue()


def make_draft(provider: Provider, actor: Any, title: str = "Calm calls") -> Submission:
    """Return a draft that lacks nothing and could be submitted."""
    submission = create_submission(provider=provider, actor=actor)
    typed = content_from(complete_page(provider, title)) | {Step.ATTEST.value: ATTEST}
    for step, content in typed.items():
        save_step(
            submission_id=submission.pk, step=Step(step), content=content, version=0, actor=actor
        )
    for role in (FileRole.CURRICULUM, FileRole.INSTRUCTOR_GUIDE):
        add_file(
            submission_id=submission.pk,
            upload=ContentFile(pdf(f"{title} {role}"), name=f"{role.value}.pdf"),
            title=role.value,
            role=role.value,
            visibility=Visibility.REVIEWERS.value,
            actor=actor,
        )
    return Submission.objects.get(pk=submission.pk)


@dataclass
class Portal:
    """A provider with an owner, a screener, and a catalog that a panel reviews."""

    panel: Any
    provider: Provider
    owner: Any
    screener: Any

    def draft(self, title: str = "Calm calls") -> Submission:
        """Return a complete draft."""
        return make_draft(self.provider, self.owner, title)

    def submitted(self, title: str = "Calm calls") -> Submission:
        """Return a submission in screening."""
        submission = self.draft(title)
        submit(submission_id=submission.pk, actor=self.owner)
        return Submission.objects.get(pk=submission.pk)


def make_portal(panel: Any) -> Portal:
    """Return a portal whose accepted submissions go to `panel`."""
    provider = make_provider("Riverbend Training")
    return Portal(panel, provider, make_member(provider, "pat"), make_screener())
