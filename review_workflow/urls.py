"""Admin addresses of the review workflow; the register's own come from its model admin."""

from django.urls import path

from .models import Criterion, Domain
from .views import (
    AssignmentView,
    BoardView,
    BreakGlassView,
    CaseView,
    CompareView,
    ConditionView,
    DecideView,
    DossierView,
    MailPreferenceView,
    NameChairView,
    PanelView,
    RecordApprovalView,
    ResponseView,
    RetryMessageView,
    YourReviewsView,
    autosave,
    discussion,
    download_document,
    download_evidence,
    download_review_file,
    read_review_file,
    review_files,
    standards,
)

urlpatterns = [
    path(
        "standards/compare/",
        standards.EditionDifferenceView.as_view(),
        name="clearinghouse_edition_compare",
    ),
    path(
        "standards/<int:pk>/copy/",
        standards.CopyEditionView.as_view(),
        name="clearinghouse_edition_copy",
    ),
    path(
        "standards/<int:pk>/put-in-force/",
        standards.PutInForceView.as_view(),
        name="clearinghouse_edition_put_in_force",
    ),
    path(
        "standards/<int:pk>/domains/new/",
        standards.DomainView.as_view(),
        name="clearinghouse_domain_add",
    ),
    path(
        "standards/domains/<int:domain>/",
        standards.DomainView.as_view(),
        name="clearinghouse_domain_edit",
    ),
    path(
        "standards/domains/<int:pk>/delete/",
        standards.DeletePartView.as_view(model=Domain),
        name="clearinghouse_domain_delete",
    ),
    path(
        "standards/domains/<int:domain>/criteria/new/",
        standards.CriterionView.as_view(),
        name="clearinghouse_criterion_add",
    ),
    path(
        "standards/criteria/<int:criterion>/",
        standards.CriterionView.as_view(),
        name="clearinghouse_criterion_edit",
    ),
    path(
        "standards/criteria/<int:pk>/delete/",
        standards.DeletePartView.as_view(model=Criterion),
        name="clearinghouse_criterion_delete",
    ),
    path(
        "review-rules/<int:pk>/copy/",
        standards.CopyRuleView.as_view(),
        name="clearinghouse_rule_copy",
    ),
    path("approvals/record/", RecordApprovalView.as_view(), name="clearinghouse_record_approval"),
    path(
        "approvals/documents/<int:event_id>/",
        download_document,
        name="clearinghouse_approval_document",
    ),
    path(
        "reviews/assignments/<uuid:uid>/draft/",
        autosave,
        name="clearinghouse_review_autosave",
    ),
    path(
        "reviews/rounds/<uuid:uid>/discussion/",
        discussion,
        name="clearinghouse_discussion",
    ),
    path(
        "reviews/rounds/<uuid:uid>/files/",
        review_files,
        name="clearinghouse_review_files",
    ),
    path(
        "reviews/rounds/<uuid:uid>/files/<uuid:file_uid>/text/",
        read_review_file,
        name="clearinghouse_review_file_text",
    ),
    path(
        "reviews/rounds/<uuid:uid>/files/<uuid:file_uid>/",
        download_review_file,
        name="clearinghouse_review_file",
    ),
    path("reviews/break-glass/", BreakGlassView.as_view(), name="clearinghouse_break_glass"),
    path(
        "reviews/cases/<uuid:uid>/break-glass/",
        BreakGlassView.as_view(),
        name="clearinghouse_case_break_glass",
    ),
    path(
        "reviews/cases/<uuid:uid>/chair/", NameChairView.as_view(), name="clearinghouse_case_chair"
    ),
    path("reviews/cases/<uuid:uid>/panel/", PanelView.as_view(), name="clearinghouse_case_panel"),
    path(
        "reviews/assignments/<uuid:uid>/", AssignmentView.as_view(), name="clearinghouse_assignment"
    ),
    path("reviews/", YourReviewsView.as_view(), name="clearinghouse_reviews"),
    path("reviews/mail/", MailPreferenceView.as_view(), name="clearinghouse_mail_preference"),
    path(
        "reviews/messages/<int:message_id>/retry/",
        RetryMessageView.as_view(),
        name="clearinghouse_message_retry",
    ),
    path("reviews/cases/", BoardView.as_view(), name="clearinghouse_cases"),
    path("reviews/cases/<uuid:uid>/", CaseView.as_view(), name="clearinghouse_case"),
    path(
        "reviews/cases/<uuid:uid>/decide/", DecideView.as_view(), name="clearinghouse_case_decide"
    ),
    path(
        "reviews/cases/<uuid:uid>/conditions/<uuid:condition>/",
        ConditionView.as_view(),
        name="clearinghouse_condition",
    ),
    path(
        "reviews/cases/<uuid:uid>/conditions/<uuid:condition>/document/",
        download_evidence,
        name="clearinghouse_condition_evidence",
    ),
    path(
        "reviews/cases/<uuid:uid>/response/",
        ResponseView.as_view(),
        name="clearinghouse_case_response",
    ),
    path(
        "reviews/cases/<uuid:uid>/compare/",
        CompareView.as_view(),
        name="clearinghouse_case_compare",
    ),
    path(
        "reviews/cases/<uuid:uid>/dossier.zip",
        DossierView.as_view(),
        name="clearinghouse_case_dossier",
    ),
]
