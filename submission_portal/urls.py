"""Addresses of the portal, below `/portal/`."""

from typing import Any

from django.urls import path, register_converter

from .views import (
    conditions,
    downloads,
    exports,
    files,
    home,
    invitations,
    people,
    prefilling,
    response,
    session,
    status,
)
from .views.preview import show_preview
from .views.steps import FORM_STEPS, StepView, show_tasks


class FormStepConverter:
    """The name of a step with a form; the page of the files has an address of its own."""

    regex = "|".join(FORM_STEPS)

    def to_python(self, value: str) -> str:
        """Return the name."""
        return value

    def to_url(self, value: str) -> str:
        """Return the name."""
        return value


register_converter(FormStepConverter, "form_step")

_ONE = "submissions/<uuid:uid>"

urlpatterns: list[Any] = [
    # Files; before the guided form, whose steps have an address each
    path("submissions/<uuid:uid>/steps/files/", files.files_page, name="portal_files"),
    path("files/<uuid:uid>/", downloads.download, name="portal_file"),
    path("files/<uuid:uid>/thumbnail/", downloads.thumbnail, name="portal_thumbnail"),
    path("files/<uuid:uid>/change/", files.change, name="portal_file_change"),
    path("files/<uuid:uid>/remove/", files.remove, name="portal_file_remove"),
    path("files/<uuid:uid>/modules/", prefilling.prefill, name="portal_prefill"),
    # The provider's overview, status, messages, response (views.status …)
    path("", home.HomeView.as_view(), name="portal_home"),
    path("preferences/", home.PreferencesView.as_view(), name="portal_preferences"),
    path("export/", exports.export_all, name="portal_export_all"),
    path("submissions/new/", home.NewSubmissionView.as_view(), name="portal_new"),
    path(f"{_ONE}/", status.StatusView.as_view(), name="portal_submission"),
    path(f"{_ONE}/messages/", status.MessageView.as_view(), name="portal_message"),
    path(f"{_ONE}/letters/<uuid:letter>.txt", status.LetterView.as_view(), name="portal_letter"),
    path(f"{_ONE}/withdraw/", status.WithdrawView.as_view(), name="portal_withdraw"),
    path(f"{_ONE}/response/", response.ResponseView.as_view(), name="portal_response"),
    path(f"{_ONE}/export/", exports.export_one, name="portal_export"),
    path(
        f"{_ONE}/conditions/<uuid:condition>/",
        conditions.ConditionView.as_view(),
        name="portal_condition",
    ),
    path("evidence/<uuid:condition>/", conditions.EvidenceView.as_view(), name="portal_evidence"),
    path(
        "evidence/files/<uuid:upload>/", conditions.download_evidence, name="portal_evidence_file"
    ),
    # The guided form (views.steps …)
    path("submissions/<uuid:uid>/steps/", show_tasks, name="portal_tasks"),
    path("submissions/<uuid:uid>/steps/<form_step:step>/", StepView.as_view(), name="portal_step"),
    path("submissions/<uuid:uid>/preview/", show_preview, name="portal_preview"),
    # People: providers, members, invitations (views.people …)
    path("providers/new/", people.RegisterView.as_view(), name="portal_provider_new"),
    path("providers/<uuid:uid>/people/", people.PeopleView.as_view(), name="portal_people"),
    path(
        "providers/<uuid:uid>/people/<int:member>/",
        people.MemberView.as_view(),
        name="portal_member",
    ),
    path(
        "providers/<uuid:uid>/people/invitations/<uuid:invitation>/revoke/",
        people.RevokeView.as_view(),
        name="portal_invitation_revoke",
    ),
    path(
        "invitations/<str:token>/", invitations.InvitationView.as_view(), name="portal_invitation"
    ),
    path("stay/", session.stay, name="portal_stay"),
]
