"""Resources in schema.org's terms: plain dictionaries made from a page. Nothing is read here."""

from typing import Any


def learning_resource(page: Any, url: str) -> dict[str, Any]:
    """Return the resource as a `LearningResource`, without what is not known."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": page.title,
        "description": page.summary,
        "url": url,
        "identifier": str(page.uid),
        "learningResourceType": page.resource_type.label,
        "inLanguage": page.language.slug if page.language else "",
        "author": page.authors,
        "datePublished": page.published_on.isoformat() if page.published_on else "",
        "about": [topic.label for topic in page.core_topics.all()],
        "audience": [
            {"@type": "EducationalAudience", "educationalRole": term.label}
            for term in page.audiences.all()
        ],
        "sameAs": page.link,
    }
    if page.publisher:
        data["publisher"] = {"@type": "Organization", "name": page.publisher.name}
    return {key: value for key, value in data.items() if value}
