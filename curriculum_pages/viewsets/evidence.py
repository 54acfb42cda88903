"""Providers, studies and claims in the admin."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.forms import RadioSelect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import ObjectList

from curriculum_pages.enums import ClaimFlag
from curriculum_pages.models import Claim, CurriculumPage, EvidenceStudy, Provider
from curriculum_pages.models.evidence import FLAG_CHOICES
from curriculum_pages.panels import claim_panels, provider_panels, study_panels
from resource_library.forms import VocabularyForm
from resource_library.viewsets import ClearinghouseSnippetViewSet
from resource_library.viewsets.snippets import SnippetListingView

UNRESOLVED = "unresolved"


def unresolved_conflict() -> Q:
    """Return the condition of claims that conflict while no editor has said which holds."""
    return Q(flag=ClaimFlag.CONFLICTING.value, resolution="")


class ProviderListingView(SnippetListingView):
    """Providers with their organisations."""

    select_related: ClassVar = ("organisation",)


class ProviderViewSet(ClearinghouseSnippetViewSet):
    """Organisations in their part of bringing curricula."""

    model = Provider
    icon = "group"
    menu_order = 30
    index_view_class = ProviderListingView
    list_display: ClassVar = ["organisation", "organisation__sector", "organisation__kind"]
    list_filter: ClassVar = ["organisation__sector", "organisation__kind"]
    list_export: ClassVar = [
        "name",
        "organisation.slug",
        "organisation.sector",
        "organisation.kind",
    ]
    export_headings: ClassVar = {
        "name": _("Name"),
        "organisation.slug": _("Slug"),
        "organisation.sector": _("Sector"),
        "organisation.kind": _("Type"),
    }
    search_fields: ClassVar = ["organisation__name", "organisation__acronym"]
    export_filename = "providers"
    edit_handler = ObjectList(provider_panels)


class StudyListingView(SnippetListingView):
    """Studies with their designs."""

    select_related: ClassVar = ("design",)


class EvidenceStudyViewSet(ClearinghouseSnippetViewSet):
    """Evaluations, once each."""

    model = EvidenceStudy
    icon = "glasses"
    menu_order = 80
    index_view_class = StudyListingView
    list_display: ClassVar = ["title", "year", "design", "site", "sample_size", "independence"]
    list_filter: ClassVar = ["design", "independence", "year"]
    list_export: ClassVar = [
        "title",
        "citation",
        "year",
        "design",
        "site",
        "sample_size",
        "began_on",
        "ended_on",
        "funder",
        "independence",
    ]
    search_fields: ClassVar = ["title", "citation", "site", "funder"]
    export_filename = "evidence-studies"
    edit_handler = ObjectList(study_panels, base_form_class=VocabularyForm)


class ClaimFilterSet(WagtailFilterSet):
    """By flag and by what a claim is about."""

    care = django_filters.ChoiceFilter(
        label=_("Flag"),
        choices=[
            (UNRESOLVED, _("Sources conflict, not resolved")),
            *((value, label) for value, label in FLAG_CHOICES if value),
        ],
        method="filter_care",
        empty_label=_("All"),
        widget=RadioSelect,
    )
    study = django_filters.ModelChoiceFilter(label=_("Study"), queryset=EvidenceStudy.objects.all())
    curriculum = django_filters.ModelChoiceFilter(
        label=_("Curriculum"),
        queryset=CurriculumPage.objects.filter(claims__isnull=False).distinct().order_by("title"),
    )

    class Meta:
        model = Claim
        fields: ClassVar[list[str]] = ["direction", "impact_area"]

    def filter_care(self, claims: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Return the claims with one flag."""
        return claims.filter(unresolved_conflict() if value == UNRESOLVED else Q(flag=value))


class ClaimListingView(SnippetListingView):
    """Claims with what they are about and their sources."""

    select_related: ClassVar = ("study", "curriculum", "jurisdiction", "source", "impact_area")


class ClaimViewSet(ClearinghouseSnippetViewSet):
    """Sourced findings, one each."""

    model = Claim
    icon = "comment"
    menu_order = 90
    index_view_class = ClaimListingView
    filterset_class = ClaimFilterSet
    list_display: ClassVar = [
        "outcome",
        "statement",
        "study",
        "curriculum",
        "jurisdiction",
        "direction",
        "source",
        "flag",
    ]
    list_export: ClassVar = [
        "outcome",
        "statement",
        "study",
        "curriculum",
        "jurisdiction",
        "impact_area",
        "direction",
        "value",
        "unit",
        "interval_low",
        "interval_high",
        "source",
        "locator",
        "flag",
        "resolution",
    ]
    search_fields: ClassVar = ["outcome", "statement", "source__short_name"]
    export_filename = "claims"
    edit_handler = ObjectList(claim_panels, base_form_class=VocabularyForm)
