"""Seeds the catalog: providers, curricula with their modules, and their sample approvals."""

from datetime import date

from django.utils import timezone
from django.utils.html import format_html, format_html_join

from clearinghouse.accounts.models import User
from curriculum_pages.enums import YesNoUnknown
from curriculum_pages.models import (
    CurriculumEvidence,
    CurriculumIndexPage,
    CurriculumPage,
    Module,
    Provider,
)
from resource_library.enums import Vocabulary
from resource_library.models import Organisation
from review_workflow.enums import ApprovalBasis, ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.services import Term as ApprovalTerm
from review_workflow.services import grant_approval, record_approval_event

from .content import Record, lasting_id, load
from .evidence import studies_of
from .files import sample_files
from .library import source, term, terms, topics

LAST_DAY_OF_ALL = date(2099, 12, 31)
WORDING = "Sample approval for demonstration; not an approval by any authority."

TEXTS = (
    "acronym version_label authors origin cost summary prerequisites agency_size class_size "
    "instructor_ratio instructor_qualifications follow_up_method"
).split()
NUMBERS = "version_on claimed_hours refresher_months pass_mark follow_up_months".split()
LISTS = (
    ("key_elements", Vocabulary.KEY_ELEMENT),
    ("crisis_causes", Vocabulary.CRISIS_CAUSE),
    ("tactics", Vocabulary.TACTIC),
    ("audiences", Vocabulary.AUDIENCE),
    ("stages", Vocabulary.STAGE),
    ("implementation_supports", Vocabulary.IMPLEMENTATION_SUPPORT),
)


def curriculum_records() -> list[Record]:
    """Return the curricula of the content, those that exist first."""
    return [*load("programmes")["curriculum"], *load("sample_curricula")["curriculum"]]


def seed_curricula(catalog: CurriculumIndexPage, editor: User, officer: User) -> int:
    """Add missing curricula and grant their approvals; return how many the content has."""
    records = curriculum_records()
    there = set(CurriculumPage.objects.child_of(catalog).values_list("slug", flat=True))
    for record in records:
        if record["slug"] in there:
            continue
        draft = draft_of(record, editor)
        if record.get("sample_files"):
            draft.files = sample_files(record["title"])  # type: ignore[misc] # a child relation
        page = catalog.add_child(instance=draft)
        page.save_revision(user=editor)
        if approval := record.get("approval"):
            _approve(page, approval, officer)
    return len(records)


def draft_of(record: Record, editor: User) -> CurriculumPage:
    """Return the unsaved page of a record, with its modules and evidence."""
    page = CurriculumPage(
        uid=lasting_id("curriculum", record["slug"]),
        title=record["title"],
        slug=record["slug"],
        owner=editor,
        live=False,
        provider=_provider(record.get("provider")),
        programme_kind=term(Vocabulary.PROGRAMME_KIND, record.get("programme_kind")),
        language=term(Vocabulary.LANGUAGE, record.get("language", "en")),
        licence=term(Vocabulary.LICENCE, record.get("licence")),
        modality=term(Vocabulary.MODALITY, record.get("modality")),
        description=_description(record),
        objectives=_items(record, "objectives"),
        scenario_exercises=[("scenario", scenario) for scenario in record.get("scenarios", [])],
        tailoring_notes=record.get("tailoring", ""),
        partner_involvement=record.get("mental_health_partner", ""),
        accessibility_statement=record.get("accessibility", ""),
        less_lethal=_yes_no(stated=record.get("less_lethal_in_scope")),
        train_the_trainer=_yes_no(stated=record.get("train_the_trainer")),
        pre_test=_yes_no(stated=bool(record["pre_test"]) if "pre_test" in record else None),
        post_test=_yes_no(stated=bool(record["post_test"]) if "post_test" in record else None),
        **{name: record.get(name, "") for name in TEXTS},
        **{name: record.get(name) for name in NUMBERS},
    )
    page.core_topics = topics(record["core_topics"])
    for name, vocabulary in LISTS:
        setattr(page, name, terms(vocabulary, record.get(name, [])))
    page.modules = [  # type: ignore[misc] # a child relation, set before the page is saved
        _module(record["slug"], module, order)
        for order, module in enumerate(record.get("module", []))
    ]
    page.evidence = [  # type: ignore[misc] # as above
        CurriculumEvidence(study=study, sort_order=order)
        for order, study in enumerate(studies_of(record["slug"]))
    ]
    return page


def _module(curriculum: str, record: Record, order: int) -> Module:
    module = Module(
        uid=lasting_id("module", f"{curriculum}/{record['title']}"),
        sort_order=order,
        title=record["title"],
        contact_minutes=record["minutes"],
        core_topic=topics([record["topic"]])[0],
        method=term(Vocabulary.METHOD, record["method"]),
        objectives=_items(record, "objectives"),
        materials=_items(record, "materials"),
        assessments=_items(record, "assessment"),
    )
    module.further_methods = terms(Vocabulary.METHOD, record.get("further_methods", []))
    return module


def _provider(slug: str | None) -> Provider | None:
    if slug is None:
        return None
    provider, _created = Provider.objects.get_or_create(
        organisation=Organisation.objects.get(slug=slug),
        defaults={"uid": lasting_id("provider", slug)},
    )
    return provider


def _items(record: Record, name: str) -> list[tuple[str, str]]:
    return [("item", text) for text in record.get(name, [])]


def _yes_no(*, stated: bool | None) -> str:
    if stated is None:
        return YesNoUnknown.UNKNOWN.value
    return (YesNoUnknown.YES if stated else YesNoUnknown.NO).value


def _description(record: Record) -> str:
    """Return the free text: partners, delivery, tests, and the sources or that it is invented."""
    partners = [Organisation.objects.get(slug=slug).name for slug in record.get("partners", [])]
    paragraphs = [
        ("Partners", ", ".join(partners)),
        ("Delivery", record.get("delivery_notes", "")),
        (
            "Methods",
            ", ".join(
                found.label.lower() for found in terms(Vocabulary.METHOD, record.get("methods", []))
            ),
        ),
        ("Test before the course", record.get("pre_test", "")),
        ("Test after the course", record.get("post_test", "")),
        (
            "Described from",
            " ".join(source(name).citation for name in record.get("sources", [])),
        ),
    ]
    if "sources" not in record:
        paragraphs.append(("Sample", "This curriculum and its provider are invented."))
    return format_html(
        "{}",
        format_html_join(
            "",
            "<p><b>{}:</b> {}</p>",
            ((heading, text) for heading, text in paragraphs if text),
        ),
    )


def _approve(page: CurriculumPage, record: Record, officer: User) -> None:
    """Grant the sample approval; one that has ended is granted first and then dated back.

    Only a page that was public once has an address that can say that its approval has ended.
    """
    today = timezone.localdate()
    first_day, last_day = min(record["approved_on"], today), record["expires_on"]
    has_ended = last_day < today
    approval = grant_approval(
        page=page,
        basis=ApprovalBasis.SAMPLE,
        number=record["number"],
        term=ApprovalTerm(first_day, LAST_DAY_OF_ALL if has_ended else last_day),
        reason="Content of the demonstration.",
        actor=officer,
        public_wording=" ".join(filter(None, [WORDING, record.get("condition")])),
        provisional=record.get("provisional", False),
    )
    if has_ended:
        record_approval_event(
            approval=approval,
            event=Event(ApprovalEventKind.CORRECTED, first_day, last_day),
            reason="Content of the demonstration: an approval that has ended.",
            actor=officer,
            public_wording=WORDING,
        )
