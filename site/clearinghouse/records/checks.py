"""The first pass over a file: every line against the format, the other lines and the site."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from curriculum_pages.models import CurriculumIndexPage
from resource_library.models import CoreTopicArea, ResourceIndexPage, Term
from review_workflow.models import Approval

from .content import PAGE_MODELS, record_of, with_relations
from .edits import edited_since
from .fields import Fault
from .format import CURRICULUM, RESOURCE, VOCABULARIES, Record, Values
from .organisations import Organisations

INDEX_MODELS: dict[str, Any] = {RESOURCE: ResourceIndexPage, CURRICULUM: CurriculumIndexPage}


@dataclass(frozen=True, slots=True)
class LineFault:
    """A fault and the line that has it."""

    line: int
    fault: Fault

    def __str__(self) -> str:
        """Return the fault as one line of text."""
        place = f"{self.fault.field}: " if self.fault.field else ""
        return _("line %(line)d: %(what)s") % {
            "line": self.line,
            "what": f"{place}{self.fault.message}",
        }


class FaultyLines(Exception):  # noqa: N818 - named for what is wrong
    """Lines cannot be imported; nothing was written. `faults` holds them, by line."""

    def __init__(self, faults: list[LineFault]) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass(slots=True)
class Vocabulary:
    """What may be used, and what of it was retired: that stays, but takes nothing new."""

    values: Values
    retired: frozenset[tuple[str, str]]

    @classmethod
    def load(cls) -> "Vocabulary":
        """Read the lists."""
        topics = dict(
            CoreTopicArea.objects.filter(locale=Locale.get_default()).values_list("slug", "active")
        )
        terms: dict[str, set[str]] = {}
        retired = {("core_topic", slug) for slug, active in topics.items() if not active}
        for vocabulary, slug, active in Term.objects.values_list("vocabulary", "slug", "active"):
            terms.setdefault(vocabulary, set()).add(slug)
            if not active:
                retired.add((vocabulary, slug))
        values = Values(
            frozenset(topics), {name: frozenset(slugs) for name, slugs in terms.items()}
        )
        return cls(values, frozenset(retired))

    def retired_in(self, record: Record) -> Iterator[Fault]:
        """Yield a fault for every retired value that the record uses."""
        used = [("core_topics", "core_topic", slug) for slug in record["core_topics"]]
        for name, vocabulary in VOCABULARIES[record["kind"]].items():
            value = record[name]
            slugs = value if isinstance(value, list) else [value]
            used += [(name, vocabulary, slug) for slug in slugs]
        for number, module in enumerate(record.get("modules", [])):
            place = f"modules[{number}]"
            used.append((f"{place}.method", "method", module["method"]))
            used.append((f"{place}.core_topic", "core_topic", module["core_topic"]))
        for name, vocabulary, slug in used:
            if (vocabulary, slug) in self.retired:
                yield Fault(name, _("“%(slug)s” is no longer in use.") % {"slug": slug})


@dataclass(slots=True)
class Checker:
    """What has been seen of a file so far; `check` judges the next lines together."""

    vocabulary: Vocabulary
    organisations: Organisations
    parents: dict[str, Any]
    to_change: set[int] = field(default_factory=set)
    unchanged: set[int] = field(default_factory=set)
    _slugs: dict[tuple[str, str], int] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    def check(self, lines: list[tuple[int, Record]]) -> Iterator[LineFault]:
        """Yield the faults of these lines and note which of them change or keep a page."""
        fresh = []
        for line, record in lines:
            faults = [
                *self._clashes(line, record),
                *self.organisations.settle(record, line),
            ]
            yield from (LineFault(line, fault) for fault in faults)
            if not faults:
                fresh.append((line, record))
        for kind in (RESOURCE, CURRICULUM):
            of_kind = [(line, record) for line, record in fresh if record["kind"] == kind]
            if of_kind:
                yield from self._against_site(kind, of_kind)

    def _clashes(self, line: int, record: Record) -> Iterator[Fault]:
        first = self._slugs.setdefault((record["kind"], record["slug"]), line)
        if first != line:
            yield Fault("slug", _("Line %(line)d has the same slug.") % {"line": first})
        approval = record.get("approval")
        if approval:
            first = self._numbers.setdefault(approval["number"], line)
            if first != line:
                message = _("Line %(line)d has the same approval number.") % {"line": first}
                yield Fault("approval.number", message)

    def _against_site(self, kind: str, lines: list[tuple[int, Record]]) -> Iterator[LineFault]:
        parent = self.parents[kind]
        slugs = [record["slug"] for _line, record in lines]
        others: dict[str, int] = (
            dict(Page.objects.child_of(parent).filter(slug__in=slugs).values_list("slug", "pk"))
            if parent
            else {}
        )
        pages = {
            page.slug: page
            for page in with_relations(
                kind,
                PAGE_MODELS[kind].objects.filter(
                    pk__in=list(others.values()), alias_of__isnull=True
                ),
            )
        }
        numbers = self._taken_numbers(lines)
        for line, record in lines:
            page = pages.get(record["slug"])
            if page is None and record["slug"] in others:
                faults = [Fault("slug", _("Another page of the site has this slug."))]
            else:
                faults = self._judge(line, record, page, numbers)
            yield from (LineFault(line, fault) for fault in faults)

    def _judge(
        self, line: int, record: Record, page: Any, numbers: dict[str, tuple[int, bool]]
    ) -> list[Fault]:
        """Return the faults of one line against the page it concerns, if there is one."""
        before = None if page is None else record_of(record["kind"], page)
        if page is not None and not page.imported_digest:
            return [Fault("slug", _("The page with this slug was not made by an import."))]
        if before == record:
            self.unchanged.add(line)
            return []
        faults = list(self.vocabulary.retired_in(record))
        if page is not None and before is not None:
            self.to_change.add(line)
            why = edited_since(record["kind"], page, before)
            if why:
                faults.append(Fault(why.field, why.message))
            if record["kind"] == CURRICULUM and before["approval"] and not record["approval"]:
                message = _("An import takes no approval away: withdraw it in the register.")
                faults.append(Fault("approval", message))
        approval = record.get("approval")
        if approval:
            owner = numbers.get(approval["number"])
            if owner and (page is None or owner != (page.pk, True)):
                message = _("Another approval has this number.")
                faults.append(Fault("approval.number", message))
        return faults

    @staticmethod
    def _taken_numbers(lines: list[tuple[int, Record]]) -> dict[str, tuple[int, bool]]:
        wanted = [record["approval"]["number"] for _line, record in lines if record.get("approval")]
        taken = Approval.objects.filter(number__in=wanted)
        return {
            number: (page_id, is_current)
            for number, page_id, is_current in taken.values_list("number", "page_id", "is_current")
        }
