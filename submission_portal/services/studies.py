"""Keeping the studies that a provider names, marked as unchecked, when a page with them is made."""

from django.db import transaction

from curriculum_pages.models import EvidenceStudy
from resource_library.models import Source
from submission_portal.content import Content, studies_to_add


@transaction.atomic
def record_studies(*, content: Content) -> list[EvidenceStudy]:
    """Store the studies that the content names and nobody has yet, and return them.

    Call before `page_from`. A source with the same citation and link is taken, not doubled. What
    staff have changed in a study stays; no finding is recorded: that is for whoever checks it.
    """
    added = []
    for study in studies_to_add(content):
        given = study.source
        if given is not None:
            known = Source.objects.filter(citation=given.citation, url=given.url).first()
            if known is None:
                given.save()
            study.source = known or given
        study.save()
        added.append(study)
    return added
