"""A page in memory from what was typed: whatever is valid gets onto it, and ids last."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.text import Truncator

from curriculum_pages.enums import YesNoUnknown
from curriculum_pages.models import (
    CurriculumEvidence,
    CurriculumFile,
    CurriculumPage,
    EvidenceStudy,
    Module,
    Provider,
)
from resource_library.enums import Vocabulary
from resource_library.models import Source
from submission_portal.enums import Step
from submission_portal.models import SubmissionFile
from submission_portal.steps import Words, forms_of
from submission_portal.steps.fields import limit_of
from submission_portal.wording import Item, as_paragraphs, items_of, plain

from .mapping import (
    IN_PROVIDERS_WORDS,
    MANY_TERMS,
    MODULE_LISTS,
    NOT_ON_THE_PAGE,
    ONE_TERM,
    PLAIN,
    YES_NO,
    Content,
)


def page_from(
    content: Content,
    *,
    provider: Provider,
    files: Sequence[SubmissionFile] = (),
    base: CurriculumPage | None = None,
    words: Words | None = None,
) -> CurriculumPage:
    """Return an unsaved page with whatever is valid in the steps and with the files.

    With `base`, a revision's object, that object is changed and returned: steps in which nothing
    was ever saved stay as they are there, rows keep their keys and items of lists their ids.
    `words` is the vocabulary where the caller has read it already.
    """
    page: Any = base or CurriculumPage()
    page.provider = provider
    words = words or Words()
    for step in Step:
        typed = content.get(step.value)
        if typed is None or step in NOT_ON_THE_PAGE:
            continue
        given = forms_of(step, typed, bound=True, words=words).cleaned
        _set_fields(page, step, given, words)
        if build := _BUILDERS.get(step):
            build(page, given, words)
    page.files = [_file(page, file, order) for order, file in enumerate(files)]
    built: CurriculumPage = page
    return built


def _set_fields(page: CurriculumPage, step: Step, given: Mapping[str, Any], words: Words) -> None:
    for name in PLAIN.get(step, ()):
        if name in given:
            setattr(page, name, given[name])
    for name in YES_NO.get(step, ()):
        if name in given:
            setattr(page, name, given[name] or YesNoUnknown.UNKNOWN.value)
    for name, vocabulary in ONE_TERM.get(step, {}).items():
        if name in given:
            setattr(page, name, words.term(vocabulary, given[name]))
    for name, listed in MANY_TERMS.get(step, {}).items():
        if name in given:
            setattr(page, name, _rows_named(given[name], listed, words))


def _rows_named(slugs: Iterable[str], vocabulary: Vocabulary | None, words: Words) -> list[Any]:
    found = (words.term(vocabulary, slug) if vocabulary else words.topic(slug) for slug in slugs)
    return [row for row in found if row is not None]


def _about(page: CurriculumPage, given: Mapping[str, Any], _words: Words) -> None:
    text = given.get("description")
    # What editors have set as headings and links stays while its words do.
    if text is not None and text != plain(page.description):
        page.description = as_paragraphs(text)


def _audience(page: CurriculumPage, given: Mapping[str, Any], _words: Words) -> None:
    if "objectives" in given:
        _set_items(page, "objectives", given["objectives"], "page")


def _modules(page: Any, given: Mapping[str, Any], words: Words) -> None:
    known = {str(module.uid): module for module in page.modules.all()}
    modules = []
    for order, row in enumerate(given["modules"]):
        uid = row.get("uid") or ""
        module = known.get(uid) or (Module(uid=UUID(uid)) if uid else Module())
        module.sort_order = order
        module.title = row.get("title", "")
        module.contact_minutes = row.get("contact_minutes")
        module.core_topic = words.topic(row.get("core_topic", ""))
        module.method = words.term(Vocabulary.METHOD, row.get("method", ""))
        module.further_methods = _rows_named(
            row.get("further_methods", ()), Vocabulary.METHOD, words
        )
        for name in MODULE_LISTS:
            _set_items(module, name, row.get(name, ()), str(module.uid))
        modules.append(module)
    page.modules = modules


def _assessment(page: CurriculumPage, given: Mapping[str, Any], _words: Words) -> None:
    block: Any = CurriculumPage._meta.get_field("scenario_exercises")
    page.scenario_exercises = block.stream_block.to_python(
        [
            {
                "type": "scenario",
                "id": row.get("uid") or None,
                "value": {
                    "title": row.get("title", ""),
                    "description": row.get("description", ""),
                    "minutes": row.get("minutes"),
                },
            }
            for row in given["scenario_exercises"]
        ]
    )


def _evidence(page: Any, given: Mapping[str, Any], words: Words) -> None:
    before = list(page.evidence.all())
    prefetch_related_objects(before, "study")
    rows = {str(row.study.uid): row for row in before}
    named = {row["uid"]: row for row in given["citations"] if row.get("citation")}
    chosen = [*given.get("studies", ()), *named]
    stored = {str(study.uid): study for study in EvidenceStudy.objects.filter(uid__in=chosen)}
    evidence = []
    for order, uid in enumerate(dict.fromkeys(chosen)):
        study = stored.get(uid) or _study(named[uid], words)
        row = rows.get(uid) or CurriculumEvidence(study=study)
        row.sort_order = order
        evidence.append(row)
    page.evidence = evidence


_BUILDERS: Mapping[Step, Any] = {
    Step.ABOUT: _about,
    Step.AUDIENCE: _audience,
    Step.MODULES: _modules,
    Step.ASSESSMENT: _assessment,
    Step.EVIDENCE: _evidence,
}


def _set_items(owner: Any, name: str, lines: Iterable[str], scope: str) -> None:
    before = [Item(str(block.id or ""), block.value) for block in getattr(owner, name)]
    items = items_of(lines, before, scope=f"{scope}:{name}")
    block: Any = owner._meta.get_field(name).stream_block
    raw = [{"type": "item", "id": item.id, "value": item.text} for item in items]
    setattr(owner, name, block.to_python(raw))


def _file(page: CurriculumPage, file: SubmissionFile, order: int) -> CurriculumFile:
    known = {row.uid: row for row in page.files.all()}
    row = known.get(file.lasting_uid) or CurriculumFile(uid=file.lasting_uid)
    row.sort_order = order
    row.title, row.role, row.visibility = file.title, file.role, file.visibility
    row.name, row.stored_file = file.name, file.stored_file
    return row


def _study(row: Mapping[str, Any], words: Words) -> EvidenceStudy:
    """Return the unsaved study of a citation with its unsaved source, marked as unchecked."""
    citation, found = row["citation"], row.get("found", "")
    source = Source(
        short_name=f"{Truncator(citation).chars(60)} {row['uid'][:8]}",
        citation=citation,
        url=row.get("url", ""),
    )
    return EvidenceStudy(
        uid=UUID(row["uid"]),
        title=Truncator(citation.replace("\n", " ")).chars(_TITLE),
        citation=citation,
        source=source,
        design=words.term(Vocabulary.STUDY_DESIGN, row.get("design", "")),
        year=row.get("year"),
        limitations="\n".join(filter(None, [IN_PROVIDERS_WORDS, found])),
    )


_TITLE = limit_of(EvidenceStudy, "title")


def studies_to_add(content: Content) -> list[EvidenceStudy]:
    """Return the unsaved studies, with unsaved sources, that the provider names and nobody has yet.

    They are saved when a page with them is: before `page_from`, which then finds them by their uid.
    """
    words = Words()
    given = forms_of(
        Step.EVIDENCE, content.get(Step.EVIDENCE.value, {}), bound=True, words=words
    ).cleaned
    named = {row["uid"]: row for row in given["citations"] if row.get("citation")}
    there = EvidenceStudy.objects.filter(uid__in=list(named)).values_list("uid", flat=True)
    known = {str(uid) for uid in there}
    return [_study(row, words) for uid, row in named.items() if uid not in known]
