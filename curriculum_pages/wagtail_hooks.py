"""What curricula add to the admin: lists, the files of drafts, rows of the attention panel."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.permissions import page_permission_policy, policy_registry

from curriculum_pages.models import Claim, CurriculumPage
from curriculum_pages.viewsets import (
    ClaimViewSet,
    CompletenessView,
    CurriculumListingViewSet,
    EvidenceStudyViewSet,
    JurisdictionViewSet,
    ProviderViewSet,
    TrainingRequirementViewSet,
    completeness_button,
    download_draft_file,
)
from curriculum_pages.viewsets.curricula import approval_state
from curriculum_pages.viewsets.evidence import UNRESOLVED, unresolved_conflict
from resource_library.viewsets import AttentionRow
from resource_library.viewsets.attention import ATTENTION_HOOK
from review_workflow.viewsets.standards import EDITION_BUTTONS_HOOK


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Add the lists of curricula, evidence and requirements."""
    return [
        CurriculumListingViewSet(),
        ProviderViewSet(),
        EvidenceStudyViewSet(),
        ClaimViewSet(),
        JurisdictionViewSet(),
        TrainingRequirementViewSet(),
    ]


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Give the files of drafts their address."""
    return [
        path(
            "curricula/<int:page_id>/files/<uuid:uid>/",
            download_draft_file,
            name="clearinghouse_draft_file",
        ),
        path(
            "standards/<int:pk>/completeness/",
            CompletenessView.as_view(),
            name="clearinghouse_edition_completeness",
        ),
    ]


hooks.register(EDITION_BUTTONS_HOOK, completeness_button)


@hooks.register(ATTENTION_HOOK)
def approvals_to_renew(request: HttpRequest) -> Iterator[AttentionRow]:
    """Count the curricula whose approval ends soon or has ended."""
    if not page_permission_policy.user_has_any_permission(
        request.user, {"add", "change", "publish"}
    ):
        return
    pages = CurriculumPage.objects.filter(
        pk__in=page_permission_policy.explorable_instances(request.user).values("pk")
    )
    listing, today = reverse("curricula:index"), timezone.localdate()
    labels = {
        "expired": _("Curricula whose approval has expired"),
        "ending": _("Curricula whose approval ends within 120 days"),
    }
    for state, label in labels.items():
        count = pages.filter(approval_state(state, today)).count()
        yield AttentionRow(label, count, f"{listing}?approval={state}")


@hooks.register(ATTENTION_HOOK)
def claims_to_resolve(request: HttpRequest) -> Iterator[AttentionRow]:
    """Count the claims that conflict while nobody has said which holds."""
    policy = policy_registry.get_by_type(Claim)
    if not policy.user_has_any_permission(request.user, {"add", "change"}):
        return
    yield AttentionRow(
        _("Conflicting claims without a resolution"),
        Claim.objects.filter(unresolved_conflict()).count(),
        f"{reverse(ClaimViewSet().get_url_name('list'))}?care={UNRESOLVED}",
    )
