"""Curricula that lack nothing which keeps them from a review; sample content throughout."""

from typing import Any

from django.core.files.base import ContentFile

from curriculum_pages.enums import FileRole, Visibility, YesNoUnknown
from curriculum_pages.models import CurriculumFile, CurriculumPage, Module
from curriculum_pages.services import store_file
from resource_library.enums import Vocabulary
from resource_library.models import CoreTopicArea, Term


def term(vocabulary: Vocabulary, slug: str) -> Term:
    """Return a term of a list."""
    return Term.objects.get(vocabulary=vocabulary.value, slug=slug)


def complete_curriculum(
    *, files_for: Visibility = Visibility.STAFF, **fields: Any
) -> CurriculumPage:
    """Return an unsaved curriculum without an error; `fields` replace its own.

    Its files are the staff's where not told otherwise, so that they are not in a reviewer's way.
    """
    topic = CoreTopicArea.objects.get(slug="communication-skills")
    method = term(Vocabulary.METHOD, "role-play")
    page = CurriculumPage(
        **{
            "title": "Course",
            "slug": "course",
            "summary": "A course.",
            "live": False,
            "modality": term(Vocabulary.MODALITY, "in-person"),
            "objectives": [("item", "Name three ways to respond.")],
            "pre_test": YesNoUnknown.YES.value,
            "post_test": YesNoUnknown.YES.value,
            "follow_up_method": "Supervisors score two contacts.",
            "scenario_exercises": [
                ("scenario", {"title": "Door", "description": "Somebody waits.", "minutes": 60})
            ],
        }
        | fields
    )
    page.core_topics = [topic]
    page.audiences = [term(Vocabulary.AUDIENCE, "patrol-officers")]
    page.stages = [term(Vocabulary.STAGE, "in-service")]
    page.modules = [
        Module(title=title, sort_order=order, contact_minutes=120, core_topic=topic, method=method)
        for order, title in enumerate(["Listening", "Scenarios"])
    ]
    stored = store_file(content=ContentFile(b"Sample of the material."), name="sample.txt")
    page.files = [
        CurriculumFile(
            title=title,
            name="sample.txt",
            role=role.value,
            visibility=files_for.value,
            stored_file=stored,
            sort_order=order,
        )
        for order, (role, title) in enumerate(
            {
                FileRole.CURRICULUM: "Lesson plans",
                FileRole.INSTRUCTOR_GUIDE: "Guide for instructors",
            }.items()
        )
    ]
    return page
