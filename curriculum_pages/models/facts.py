"""What counts of a curriculum for completeness, read from any object of it, saved or not."""

from collections.abc import Iterable
from typing import Any

from curriculum_pages.completeness import Facts, FileFacts, ModuleFacts, TopicFacts
from curriculum_pages.enums import FileRole, Visibility, YesNoUnknown
from curriculum_pages.hours import ModuleTime, totals
from resource_library.models import CoreTopicArea


def facts_of(page: Any) -> Facts:
    """Return the facts of what `page` holds; the number of queries does not grow with its rows."""
    topics = _topics()
    modules = [_module(row, topics) for row in page.modules.all()]
    time = totals(
        (ModuleTime(module.minutes, None, None) for module in modules), page.claimed_hours
    )
    return Facts(
        title=page.title or "",
        summary=page.summary or "",
        has_provider=page.provider_id is not None,
        version_label=page.version_label,
        audiences=len(page.audiences.all()),
        stages=len(page.stages.all()),
        modality=page.modality.slug if page.modality else None,
        topics=tuple(topics[topic.pk] for topic in page.core_topics.all()),
        objectives=_items(page.objectives),
        modules=tuple(modules),
        claimed_minutes=int(page.claimed_hours * 60) if page.claimed_hours else None,
        difference=time.difference,
        pre_test=YesNoUnknown(page.pre_test),
        post_test=YesNoUnknown(page.post_test),
        pass_mark=page.pass_mark,
        follow_up_method=page.follow_up_method,
        follow_up_months=page.follow_up_months,
        scenarios=len(page.scenario_exercises or ()),
        files=tuple(
            FileFacts(FileRole(row.role), Visibility(row.visibility)) for row in page.files.all()
        ),
        studies=len({row.study_id for row in page.evidence.all()}),
        instructor_qualifications=page.instructor_qualifications,
        train_the_trainer=YesNoUnknown(page.train_the_trainer),
        implementation_supports=len(page.implementation_supports.all()),
        accessibility_statement=page.accessibility_statement,
        has_licence=page.licence_id is not None,
        cost=page.cost,
    )


def _module(row: Any, topics: dict[int, TopicFacts]) -> ModuleFacts:
    return ModuleFacts(
        title=row.title,
        minutes=row.contact_minutes or 0,
        topic=topics.get(row.core_topic_id),
        has_method=row.method_id is not None,
        objectives=_items(row.objectives),
        assessments=_items(row.assessments),
    )


def _items(stream: Iterable[Any] | None) -> int:
    """Count the items of a list that say something."""
    return sum(1 for block in stream or () if str(block.value).strip())


def _topics() -> dict[int, TopicFacts]:
    """Return every topic by its key: the tree is small, and rows of a page name its places."""
    rows = CoreTopicArea.objects.values_list("pk", "slug", "label", "parent_id")
    found = {pk: (slug, label, parent) for pk, slug, label, parent in rows}
    topics = {}
    for pk, (slug, label, parent) in found.items():
        above: set[int] = set()
        higher = parent
        while higher in found and higher not in above:
            above.add(higher)
            higher = found[higher][2]
        topics[pk] = TopicFacts(slug, label, frozenset(found[each][0] for each in above))
    return topics
