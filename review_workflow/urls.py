"""Admin addresses of the review workflow; the register's own come from its model admin."""

from django.urls import path

from .views import RecordApprovalView, download_document

urlpatterns = [
    path("approvals/record/", RecordApprovalView.as_view(), name="clearinghouse_record_approval"),
    path(
        "approvals/documents/<int:event_id>/",
        download_document,
        name="clearinghouse_approval_document",
    ),
]
