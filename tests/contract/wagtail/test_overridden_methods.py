"""The methods of Wagtail that the publishing gate overrides still look as they did.

A release of Wagtail that renames one, or asks it for more, would open the gate without a word.
"""

import inspect

import pytest
from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.models import Page, WorkflowState
from wagtail.models.pages import PagePermissionTester

SIGNATURES = {
    PagePermissionTester.__init__: "(self, user, page)",
    PagePermissionTester.can_publish: "(self)",
    PagePermissionTester.can_publish_subpage: "(self)",
    PagePermissionTester.can_delete: "(self, ignore_bulk=False)",
    Page.permissions_for_user: "(self, user)",
    Page.save: "(self, clean=True, user=None, log_action=False, **kwargs)",
    Page.route: "(self, request, path_components)",
    Page.serve: "(self, request, *args, **kwargs)",
    Page.get_workflow: "(self)",
    WorkflowState.finish: "(self, user=None)",
    PublishRevisionAction.check: "(self, skip_permission_checks=False)",
}


@pytest.mark.parametrize("method", SIGNATURES, ids=lambda method: method.__qualname__)
def test_signature(method: object) -> None:
    assert str(inspect.signature(method)) == SIGNATURES[method]  # type: ignore[arg-type,index]  # functions


def test_has_workflow_is_a_property() -> None:
    assert isinstance(inspect.getattr_static(Page, "has_workflow"), property)


def test_the_end_of_a_workflow_is_ours() -> None:
    assert WorkflowState.on_finish.__module__ == "review_workflow.finish"
