"""The words that steps offer: terms, core topic areas and known studies, each list read once."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property

from curriculum_pages.models import Claim, CurriculumEvidence, EvidenceStudy
from resource_library.enums import Vocabulary
from resource_library.models import CoreTopicArea, Term
from review_workflow.models import Approval, Domain
from review_workflow.selectors.standards import domains_of, edition_in_force

Choices = list[tuple[str, str]]


class Words:
    """One reading of the vocabularies, shared by all forms of a request.

    Choices are stored by slug, which never changes; a study's by its lasting id.
    """

    def terms(self, vocabulary: Vocabulary, chosen: Collection[str] = ()) -> Choices:
        """Return the active terms of a list, and those of it that are chosen already."""
        return _offered(self._by_slug.get(vocabulary.value, {}).values(), chosen)

    def topics(self, chosen: Collection[str] = ()) -> Choices:
        """Return the active core topic areas, and those that are chosen already."""
        return _offered(self._topics.values(), chosen)

    def term(self, vocabulary: Vocabulary, slug: str) -> Term | None:
        """Return the term, active or not, or None."""
        found: Term | None = self._by_slug.get(vocabulary.value, {}).get(slug)
        return found

    def topic(self, slug: str) -> CoreTopicArea | None:
        """Return the core topic area, active or not, or None."""
        return self._topics.get(slug)

    def studies(self, chosen: Collection[str] = ()) -> Choices:
        """Return the studies that everybody may know, and those that are chosen already.

        Everybody may know what staff have recorded findings of and what an approved curriculum
        names. What another provider has named in its submission is nobody else's business.
        """
        cited = CurriculumEvidence.objects.filter(
            study=OuterRef("pk"),
            page__live=True,
            page__in=Approval.objects.in_force().values("page"),
        )
        known = EvidenceStudy.objects.filter(Exists(cited)) | EvidenceStudy.objects.filter(
            Exists(Claim.objects.filter(study=OuterRef("pk")))
        )
        taken = EvidenceStudy.objects.filter(uid__in=list(_uuids(chosen)))
        rows = {row.pk: row for row in [*known, *(taken if chosen else ())]}
        return [
            (str(row.uid), f"{row.title} ({row.year})" if row.year else row.title)
            for row in rows.values()
        ]

    @cached_property
    def standards(self) -> list[Domain]:
        """The domains of the edition in force with their criteria and levels, in order."""
        edition = edition_in_force()
        return list(domains_of(edition)) if edition else []

    @cached_property
    def _by_slug(self) -> dict[str, dict[str, Term]]:
        found: dict[str, dict[str, Term]] = {}
        for term in Term.objects.order_by("sort_order", "label"):
            found.setdefault(term.vocabulary, {})[term.slug] = term
        return found

    @cached_property
    def _topics(self) -> dict[str, CoreTopicArea]:
        # Submissions are in the language of the site; a translated topic carries the same slug.
        rows = CoreTopicArea.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
        return {row.slug: row for row in rows}


def _offered(rows: Iterable[Any], chosen: Collection[str]) -> Choices:
    return [(row.slug, row.label) for row in rows if row.active or row.slug in chosen]


def _uuids(texts: Iterable[str]) -> Iterable[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue
