"""The second pass over a file: making and changing pages, one transaction around all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Revision

from curriculum_pages.models import CurriculumPage, Module
from resource_library.models import CoreTopicArea, ResourcePage, Term
from review_workflow.enums import IN_FORCE, ApprovalBasis
from review_workflow.models import Approval
from review_workflow.services import Term as ApprovalTerm
from review_workflow.services import correct_approval, grant_approval

from .bulk import create_pages
from .checks import FaultyLines, LineFault
from .content import PAGE_MODELS, current_approval
from .fields import Fault
from .format import CURRICULUM, RESOURCE, Record, digest
from .organisations import Organisations

_TREE_FIELDS = ("path", "depth", "url_path", "draft_title")


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
        self._topics = {topic.slug: topic for topic in CoreTopicArea.objects.filter(locale=locale)}
        self._terms = {(term.vocabulary, term.slug): term for term in Term.objects.all()}

    def create(self, lines: list[tuple[int, Record]]) -> None:
        """Make the pages of records; public for a resource, and for an approved curriculum."""
        for kind in (RESOURCE, CURRICULUM):
            chosen = {
                record["slug"]: (line, record) for line, record in lines if record["kind"] == kind
            }
            if not chosen:
                continue

            def grant(page: Any, revision: Revision, chosen: Any = chosen) -> bool:
                line, record = chosen[page.slug]
                with _faults_of(line):
                    return self._grant_first(page, revision, record, line)

            pages = [self._new_page(line, record) for line, record in chosen.values()]
            create_pages(self.parents[kind], pages, grant)

    def _new_page(self, line: int, record: Record) -> Any:
        page = PAGE_MODELS[record["kind"]](slug=record["slug"], live=False)
        self._fill(page, record)
        own = {field.name for field in page._meta.fields if field.is_relation}
        with _faults_of(line):
            page.clean_fields(exclude={*own, *_TREE_FIELDS})
        return page

    def _grant_first(self, page: Any, revision: Revision, record: Record, line: int) -> bool:
        if record["kind"] == RESOURCE:
            return True
        if record["approval"] is None:
            return False
        approval = self._grant(page, revision, record, line, content=page)
        return approval.status_today in IN_FORCE

    def change(self, line: int, record: Record) -> None:
        """Bring the page of a record up to what the line says."""
        kind = record["kind"]
        page = PAGE_MODELS[kind].objects.child_of(self.parents[kind]).get(slug=record["slug"])
        self._fill(page, record)
        with _faults_of(line):
            revision = page.save_revision()
            if kind == RESOURCE:
                revision.publish(skip_permission_checks=True)
                return
            self._put_out(page, revision, record, line)
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
        page.publisher = self.organisations.organisation(record["publisher"])
        page.published_on = _day(record["published_on"])
        page.link = record["url"] or ""

    def _fill_curriculum(self, page: CurriculumPage, record: Record) -> None:
        page.provider = self.organisations.provider(record["provider"])
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

    def _put_out(self, page: Any, revision: Revision, record: Record, line: int) -> None:
        if record["approval"] is None:
            return
        approval = current_approval(page)
        if approval is not None and approval.number == record["approval"]["number"]:
            correct_approval(
                approval=approval,
                term=_approval_term(record),
                reason=self._reason(line),
                revision=revision,
            )
        else:
            self._grant(page, revision, record, line)

    def _grant(
        self, page: Any, revision: Revision, record: Record, line: int, content: Any = None
    ) -> Approval:
        return grant_approval(
            page=page,
            basis=ApprovalBasis.IMPORTED,
            number=record["approval"]["number"],
            term=_approval_term(record),
            reason=self._reason(line),
            revision=revision,
            content=content,
            publish=content is None,
        )

    def _reason(self, line: int) -> str:
        words = {"source": self.source, "line": line}
        return _("Imported from %(source)s, line %(line)d.") % words

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


def _approval_term(record: Record) -> ApprovalTerm:
    return ApprovalTerm(
        date.fromisoformat(record["approval"]["approved_on"]),
        date.fromisoformat(record["approval"]["expires_on"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@contextmanager
def _faults_of(line: int) -> Iterator[None]:
    """Turn what only the models know into faults of the line."""
    try:
        yield
    except ValidationError as error:
        pairs = (
            [(name, text) for name, texts in error.message_dict.items() for text in texts]
            if hasattr(error, "error_dict")
            else [("", text) for text in error.messages]
        )
        raise FaultyLines([LineFault(line, Fault(*pair)) for pair in pairs]) from error
