"""Content and page: what is valid gets onto a page, comes back as typed, and keeps its ids."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curriculum_pages.models import (
    Claim,
    CurriculumIndexPage,
    CurriculumPage,
    EvidenceStudy,
    Provider,
)
from resource_library.models import Organisation, Source, Term
from submission_portal.content import (
    IN_PROVIDERS_WORDS,
    content_from,
    page_from,
    studies_to_add,
)
from submission_portal.enums import Step
from submission_portal.steps import Words, forms_of, kept, step_of_field

from .typing import CITED, EXERCISE, FIRST, SECOND, changed, rows, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Provider:
    return Provider.objects.create(organisation=Organisation.objects.create(name="Academy"))


def ids(page: CurriculumPage) -> list[str]:
    streams = [
        page.objectives,
        page.scenario_exercises,
        *(m.objectives for m in page.modules.all()),
    ]
    return [block.id for stream in streams for block in stream]


def test_what_was_typed_is_on_the_page(provider: Provider) -> None:
    page = page_from(typed(), provider=provider)
    assert (page.title, page.acronym, str(page.version_on)) == (
        "Time and distance",
        "TAD",
        "2026-09-14",
    )
    assert page.description == "<p>First paragraph.</p><p>Second, with 1 &lt; 2 &amp; more.</p>"
    assert {term.slug for term in page.audiences.all()} == {"patrol-officers", "recruits"}
    assert [block.value for block in page.objectives] == [
        "Writes a plan before arrival.",
        "Names three ways to gain time.",
    ]
    first, second = page.modules.all()
    assert [str(first.uid), str(second.uid)] == [FIRST, SECOND]
    assert (first.contact_minutes, first.method.slug, second.core_topic.slug) == (
        90,
        "scenario",
        "communication-skills",
    )
    assert page.scenario_exercises[0].id == EXERCISE
    assert page.time().minutes == 150
    assert page.pk is None


def test_content_comes_back_as_it_was_typed(provider: Provider) -> None:
    back = content_from(page_from(typed(), provider=provider))
    for step, texts in typed().items():
        assert {name: back[step].get(name) for name in texts} == texts


def test_ids_last_over_rounds(
    provider: Provider, site_tree: dict[str, CurriculumIndexPage]
) -> None:
    for study in studies_to_add(typed()):
        study.source.save()
        study.save()
    page = page_from(typed(), provider=provider)
    page.live, page.slug = False, "course"
    site_tree["catalog"].add_child(instance=page)
    page.save_revision()
    before = page.get_latest_revision_as_object()
    keys = [module.pk for module in before.modules.all()]
    said = changed(
        typed(),
        "audience",
        objectives=[
            "Names three ways to gain some time.\nA new one.\nWrites a plan before arrival."
        ],
    )
    after = page_from(said, provider=provider, base=page.get_latest_revision_as_object())
    assert [module.pk for module in after.modules.all()] == keys
    changed_id, new_id, same_id = (block.id for block in after.objectives)
    assert [same_id, changed_id] == [block.id for block in before.objectives]
    assert new_id not in {same_id, changed_id}
    assert ids(after)[3:] == ids(before)[2:]
    after.save_revision()
    stored = CurriculumPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert ids(stored) == ids(after)


def test_a_step_that_was_never_saved_leaves_the_page_as_it_is(provider: Provider) -> None:
    page = page_from(typed(), provider=provider)
    again = page_from({"about": {"title": ["Other"]}}, provider=provider, base=page)
    assert again.title == "Other"
    assert again.description == ""  # a field of the step that was saved, and empty there
    assert again.modules.count() == 2
    assert [block.value for block in again.objectives] != []


def test_rich_text_of_editors_stays_while_its_words_do(provider: Provider) -> None:
    page = page_from({}, provider=provider)
    page.description = "<h2>Why</h2><p>Because it <b>works</b>.</p><ul><li>One</li></ul>"
    typed_again = content_from(page)
    assert typed_again["about"]["description"] == ["Why\n\nBecause it works.\n\nOne"]
    page_from(typed_again, provider=provider, base=page)
    assert "<b>works</b>" in page.description


def test_one_fault_loses_nothing_else(provider: Provider) -> None:
    content = changed(typed(), "modules", claimed_hours=["many"], modules__0__contact_minutes=["x"])
    content = changed(content, "about", version_on=["yesterday"], language=["klingon"])
    page = page_from(content, provider=provider)
    assert (page.title, page.version_on, page.language, page.claimed_hours) == (
        "Time and distance",
        None,
        None,
        None,
    )
    assert [(m.title, m.contact_minutes) for m in page.modules.all()] == [
        ("Slowing down", None),
        ("Speaking", 60),
    ]
    assert not forms_of(Step.MODULES, content["modules"], bound=True).is_valid()


def test_a_word_out_of_use_is_offered_only_where_it_is_chosen() -> None:
    Term.objects.filter(slug="recruits").update(active=False)
    content = typed()["audience"]
    chosen = forms_of(Step.AUDIENCE, content, bound=True)
    assert chosen.is_valid()
    assert "recruits" in dict(chosen.form.fields["audiences"].choices)
    fresh = forms_of(Step.AUDIENCE, None, bound=False)
    assert "recruits" not in dict(fresh.form.fields["audiences"].choices)


def test_a_named_study_says_that_nobody_has_checked_it(provider: Provider) -> None:
    page = page_from(typed(), provider=provider)
    study = page.evidence.all()[0].study
    assert (study.pk, study.limitations.split("\n")) == (
        None,
        [IN_PROVIDERS_WORDS, "Fewer injuries in one of two towns."],
    )
    added = studies_to_add(typed())
    assert [str(each.uid) for each in added] == [CITED]
    for each in added:
        each.source.save()
        each.save()
    assert studies_to_add(typed()) == []
    page = page_from(typed(), provider=provider)
    assert [row.study_id for row in page.evidence.all()] == [EvidenceStudy.objects.get().pk]
    assert not Claim.objects.exists()
    assert content_from(page)["evidence"]["studies"] == [CITED]


def test_what_one_provider_names_is_offered_to_no_other() -> None:
    hidden = EvidenceStudy.objects.create(title="Draft of a rival", citation="Rival")
    known = EvidenceStudy.objects.create(title="Known", citation="Known", year=2020)
    source = Source.objects.create(short_name="K", citation="K")
    Claim.objects.create(study=known, outcome="Force", statement="Less", source=source, locator="1")
    offered = forms_of(Step.EVIDENCE, None, bound=False).form.fields["studies"].choices
    assert offered == [(str(known.uid), "Known (2020)")]
    chosen = forms_of(Step.EVIDENCE, {"studies": [str(hidden.uid)]}, bound=True)
    assert chosen.is_valid()


def test_every_field_of_the_page_has_its_step() -> None:
    for name in ("title", "core_topics", "modules", "pre_test", "evidence", "files"):
        assert step_of_field(name) is not None
    assert step_of_field("nonsense") is None


def test_empty_rows_count_as_none() -> None:
    empty = {"modality": ["in-person"], **rows("modules", {"uid": [FIRST], "title": ["  "]})}
    forms = forms_of(Step.MODULES, empty, bound=True)
    assert not forms.is_valid()
    assert [fault.message for fault in forms.faults] == ["Describe at least one module."]
    assert forms.cleaned["modules"] == []


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SENT = st.dictionaries(
    st.sampled_from(
        "title version_on summary description objectives audiences core_topics claimed_hours "
        "modality refresher_months pre_test pass_mark modules-TOTAL_FORMS modules-0-title "
        "modules-0-uid modules-1-uid modules-0-contact_minutes modules-0-objectives "
        "modules-1-method modules-1-further_methods scenario_exercises-TOTAL_FORMS "
        "scenario_exercises-0-title scenario_exercises-0-description citations-TOTAL_FORMS "
        "citations-0-citation citations-0-url citations-0-year citations-0-found studies".split()
    ),
    st.lists(
        WORDS
        | st.sampled_from(["1", "2", "90", "2026-01-02", "yes", "lecture", "recruits", FIRST]),
        max_size=3,
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(SENT)
def test_whatever_is_sent_makes_a_page_that_comes_back(
    provider: Provider, sent: dict[str, list[str]]
) -> None:
    words = Words()
    steps = [Step.ABOUT, Step.AUDIENCE, Step.MODULES, Step.ASSESSMENT, Step.EVIDENCE]
    content = {
        step.value: kept(forms_of(step, None, bound=False, words=words), sent) for step in steps
    }
    once = content_from(page_from(content, provider=provider))
    twice = content_from(page_from(once, provider=provider))
    assert twice == once
    rows_kept = {name: texts for name, texts in content["modules"].items() if "-uid" in name}
    for name, texts in once["modules"].items():
        if name.endswith("-uid"):
            assert texts in rows_kept.values()
