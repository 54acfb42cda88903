"""Curricula in schema.org's terms: plain dictionaries made from a page. Nothing is read here.

A sample approval stands for no real decision, so such a curriculum has no structured data.
"""

from typing import Any

from curriculum_pages.selectors import CurriculumDetails


def iso_duration(minutes: int) -> str:
    """Return minutes as an ISO 8601 duration in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest or not hours else "")


def course(page: Any, details: CurriculumDetails, url: str) -> dict[str, Any] | None:
    """Return the curriculum as a `Course`; None where it is not approved or only as a sample."""
    if details.approval is None or details.is_sample:
        return None
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": page.title,
        "description": page.summary,
        "url": url,
        "identifier": str(page.uid),
        "courseCode": page.acronym,
        "version": page.version_label,
        "inLanguage": page.language.slug if page.language else "",
        "license": page.licence.label if page.licence else "",
        "about": [topic.label for topic in page.core_topics.all()],
        "teaches": [str(block.value) for block in page.objectives],
        "coursePrerequisites": page.prerequisites,
        "audience": [
            {"@type": "EducationalAudience", "educationalRole": term.label}
            for term in page.audiences.all()
        ],
    }
    if page.provider:
        data["provider"] = _organisation(page.provider.organisation)
    if page.version_on:
        data["dateModified"] = page.version_on.isoformat()
    instance = _instance(page, details)
    if len(instance) > 1:
        data["hasCourseInstance"] = instance
    return {key: value for key, value in data.items() if value}


def _instance(page: Any, details: CurriculumDetails) -> dict[str, Any]:
    instance: dict[str, Any] = {"@type": "CourseInstance"}
    if page.modality:
        instance["courseMode"] = page.modality.label
    if details.time.minutes:
        instance["courseWorkload"] = iso_duration(details.time.minutes)
    return instance


def _organisation(organisation: Any) -> dict[str, Any]:
    data = {"@type": "Organization", "name": organisation.name}
    return data | ({"url": organisation.url} if organisation.url else {})
