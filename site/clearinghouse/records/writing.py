"""The second pass over a file: making and changing pages, one transaction around all of it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from curriculum_pages.models import CurriculumPage, Module
from resource_library.models import CoreTopicArea, ResourcePage, Term
from review_workflow.enums import ApprovalBasis
from review_workflow.services import Term as ApprovalTerm, correct_approval, grant_approval

from .content import PAGE_MODELS, current_approval
from .format import CURRICULUM, RESOURCE, Record, digest
from .organisations import Organisations


@dataclass(slots=True)
class Writer:
    """Writes records as pages below their index pages; a person is never named as the author."""

    parents: dict[str, Any]
    organisations: Organisations
    source: str
    _topics: dict[str, CoreTopicArea] = field(default_factory=dict)
    _terms: dict[tuple[str, str], Term] = field(default_factory=dict)

    def __post_init__(self) -> None:
        locale = self.parents[RESOURCE].locale
        self._topics = {
            topic.slug: topic for topic in CoreTopicArea.objects.filter(locale=locale)
        }
        self._terms = {(term.vocabulary, term.slug): term for term in Term.objects.all()}

    def create(self, line: int, record: Record) -> None:
        """Make the page of a record; public for a resource, and for an approved curriculum."""
        kind = record["kind"]
        page = PAGE_MODELS[kind](slug=record["slug"], live=False, title=record["title"])
        self._fill(page, record)
        self.parents[kind].add_child(instance=page)
        self._put_out(page, page.save_revision(clean=False), record, line)

    def change(self, line: int, record: Record) -> None:
        """Bring the page of a record up to what the line says."""
        kind = record["kind"]
        page = PAGE_MODELS[kind].objects.child_of(self.parents[kind]).get(slug=record["slug"])
        self._fill(page, record)
        self._put_out(page, page.save_revision(), record, line)
        if kind == CURRICULUM:
            _keep_current(PAGE_MODELS[kind].objects.get(pk=page.pk))

    def _fill(self, page: Any, record: Record) -> None:
        page.title = page.draft_title = record["title"]
        page.summary = record["summary"]
        page.imported_digest = digest(record)
        page.core_topics.set([self._topics[slug] for slug in record["core_topics"]])
        page.audiences.set(self._chosen("audience", record["audiences"]))
        if record["kind"] == RESOURCE:
            self._fill_resource(page, record)
        else:
            self._fill_curriculum(page, record)

    def _fill_resource(self, page: ResourcePage, record: Record) -> None:
        page.body = record["body"]
        page.resource_type = self._terms["resource_type", record["resource_type"]]
        page.publisher_id = self.organisations.organisation_id(record["publisher"])
        page.published_on = _day(record["published_on"])
        page.link = record["url"] or ""

    def _fill_curriculum(self, page: CurriculumPage, record: Record) -> None:
        page.provider_id = self.organisations.provider_id(record["provider"])
        page.key_elements.set(self._chosen("key_element", record["key_elements"]))
        page.stages.set(self._chosen("stage", record["stages"]))
        page.modality = self._term("modality", record["modality"])
        page.modules.set(self._modules(list(page.modules.all()), record["modules"]))

    def _modules(self, before: list[Module], rows: list[Record]) -> list[Module]:
        """Return the module rows; one that keeps its title keeps its uid."""
        spare = {module.title: module for module in reversed(before)}
        modules = []
        for order, row in enumerate(rows):
            module = spare.pop(row["title"], None) or Module(title=row["title"])
            module.sort_order = order
            module.contact_minutes = row["minutes"]
            module.method = self._term("method", row["method"])
            module.core_topic = self._topics[row["core_topic"]] if row["core_topic"] else None
            modules.append(module)
        return modules

    def _put_out(self, page: Any, revision: Any, record: Record, line: int) -> None:
        if record["kind"] == RESOURCE:
            revision.publish(skip_permission_checks=True)
            return
        if record["approval"] is None:
            return
        reason = _("Imported from %(source)s, line %(line)d.") % {
            "source": self.source,
            "line": line,
        }
        number = record["approval"]["number"]
        term = ApprovalTerm(
            date.fromisoformat(record["approval"]["approved_on"]),
            date.fromisoformat(record["approval"]["expires_on"]),
        )
        approval = current_approval(page)
        if approval is not None and approval.number == number:
            correct_approval(approval=approval, term=term, reason=reason, revision=revision)
        else:
            grant_approval(
                page=page,
                basis=ApprovalBasis.IMPORTED,
                number=number,
                term=term,
                reason=reason,
                revision=revision,
            )

    def _chosen(self, vocabulary: str, slugs: list[str]) -> list[Term]:
        return [self._terms[vocabulary, slug] for slug in slugs]

    def _term(self, vocabulary: str, slug: str | None) -> Term | None:
        return self._terms[vocabulary, slug] if slug else None


def _keep_current(page: Any) -> None:
    """Give the content to the tables too where no approval in force has published it."""
    if page.approval_in_force is None:
        if page.live:
            page.unpublish(log_action=False)
        page.get_latest_revision_as_object().save()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def messages_of(error: ValidationError) -> list[tuple[str, str]]:
    """Return the error as pairs of field and message."""
    if hasattr(error, "message_dict"):
        return [(name, text) for name, texts in error.message_dict.items() for text in texts]
    return [("", text) for text in error.messages]
