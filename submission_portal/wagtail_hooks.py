"""What the portal adds to the admin."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import path, re_path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from resource_library.viewsets import MENU_HOOK, AttentionRow
from resource_library.viewsets.attention import ATTENTION_HOOK
from review_workflow.models import ReviewRound
from review_workflow.selectors.evidence import EVIDENCE_HOOK
from review_workflow.selectors.self_assessment import SELF_ASSESSMENT_HOOK, OwnView

from .permissions import can_screen
from .selectors.obligations import evidence_places
from .selectors.people import unverified_providers
from .selectors.queue import Tab, counts_of
from .selectors.self_assessment import own_views_of
from .views.bulk import TITLES, BulkView
from .views.funnel import FunnelView
from .views.inviting import InvitingView, may_invite
from .views.providers import ProvidersView, ProviderView, may_verify
from .views.queue import QueueView
from .views.reading import FilesView, FileTextView
from .views.screening import ACTIONS, ActionView, SubmissionView
from .viewsets import DownloadViewSet, ScreeningReasonViewSet
from .viewsets.history import register_logged


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Add the lists of downloads and of the reasons of screening."""
    return [DownloadViewSet(), ScreeningReasonViewSet()]


hooks.register("register_log_actions", register_logged)


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Give the queue and everything behind it their addresses."""
    actions, several = "|".join(ACTIONS), "|".join(TITLES)
    uid = r"(?P<uid>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
    return [
        path("submissions/", QueueView.as_view(), name="clearinghouse_submissions"),
        path(
            "submissions/figures/",
            FunnelView.as_view(),
            name="clearinghouse_submission_figures",
        ),
        re_path(
            rf"^submissions/several/(?P<action>{several})/$",
            BulkView.as_view(),
            name="clearinghouse_submissions_several",
        ),
        path("submissions/providers/", ProvidersView.as_view(), name="clearinghouse_providers"),
        path(
            "submissions/providers/<uuid:uid>/",
            ProviderView.as_view(),
            name="clearinghouse_provider",
        ),
        path("submissions/invitations/", InvitingView.as_view(), name="clearinghouse_invitations"),
        path(
            "submissions/<uuid:uid>/files/",
            FilesView.as_view(),
            name="clearinghouse_submission_files",
        ),
        path(
            "submissions/<uuid:uid>/files/<uuid:file>/text/",
            FileTextView.as_view(),
            name="clearinghouse_submission_text",
        ),
        path("submissions/<uuid:uid>/", SubmissionView.as_view(), name="clearinghouse_submission"),
        re_path(
            rf"^submissions/{uid}/(?P<action>{actions})/$",
            ActionView.as_view(),
            name="clearinghouse_submission_action",
        ),
    ]


class ScreenersMenuItem(MenuItem):
    """There for whoever screens submissions."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the user screens."""
        return can_screen(request.user)


@hooks.register(MENU_HOOK)
def register_queue() -> MenuItem:
    """Put the queue into the group."""
    return ScreenersMenuItem(
        gettext_lazy("Submissions"),
        reverse("clearinghouse_submissions"),
        name="submissions",
        icon_name="upload",
        order=8,
    )


@hooks.register(MENU_HOOK)
def register_figures() -> MenuItem:
    """Put the figures into the group."""
    return ScreenersMenuItem(
        gettext_lazy("Figures of submissions"),
        reverse("clearinghouse_submission_figures"),
        name="submission-figures",
        icon_name="order",
        order=20,
    )


class VerifiersMenuItem(MenuItem):
    """There for whoever verifies providers."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the user may verify them."""
        return may_verify(request.user)


class InvitersMenuItem(MenuItem):
    """There for whoever invites reviewers or providers."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the user may invite anybody."""
        return bool(may_invite(request.user))


@hooks.register(MENU_HOOK)
def register_providers() -> MenuItem:
    """Put the verification of providers into the group."""
    return VerifiersMenuItem(
        gettext_lazy("Providers to verify"),
        reverse("clearinghouse_providers"),
        name="providers-to-verify",
        icon_name="group",
        order=9,
    )


@hooks.register(MENU_HOOK)
def register_invitations() -> MenuItem:
    """Put the invitations into the group."""
    return InvitersMenuItem(
        gettext_lazy("Invitations"),
        reverse("clearinghouse_invitations"),
        name="invitations",
        icon_name="mail",
        order=18,
    )


@hooks.register(ATTENTION_HOOK)
def providers_to_verify(request: HttpRequest) -> Iterator[AttentionRow]:
    """Count the providers that nobody has verified."""
    if may_verify(request.user):
        address = reverse("clearinghouse_providers")
        yield AttentionRow(
            _("Providers to verify"), unverified_providers(request.user).count(), address
        )


@hooks.register(SELF_ASSESSMENT_HOOK)
def self_assessment_of_round(round_: ReviewRound) -> dict[int, OwnView]:
    """Give the provider's own view of what a round reviews; the review decides who reads it."""
    return own_views_of(round_)


hooks.register(EVIDENCE_HOOK, evidence_places)


@hooks.register(ATTENTION_HOOK)
def submissions_to_screen(request: HttpRequest) -> Iterator[AttentionRow]:
    """Count what nobody has looked at yet, and what waits too long."""
    if not can_screen(request.user):
        return
    counts, queue = counts_of(request.user), reverse("clearinghouse_submissions")
    yield AttentionRow(_("New submissions"), counts[Tab.NEW], f"{queue}?tab={Tab.NEW.value}")
    yield AttentionRow(
        _("Submissions that wait for screening too long"),
        counts[Tab.OVERDUE],
        f"{queue}?tab={Tab.OVERDUE.value}",
    )
