"""The publishing gate: pages that are public only with an approval in force for their revision.

Two locks: the permission tester, which the admin, bulk actions and
APIs ask, and `save()`, which only a bare queryset update passes by. Superusers are bound too.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse
from django.http.response import Http404
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.models import Workflow
from wagtail.models.pages import PagePermissionTester
from wagtail.url_routing import RouteResult

from resource_library.models import ReadText
from review_workflow.reviewing import PageFinding
from review_workflow.storage import ReviewFile

from .approval import Approval
from .case import Case


class NotApproved(PermissionDenied):
    """A page was about to become public without an approval of that revision."""


class IncompletePage(PermissionDenied):
    """A review was about to begin of a page that lacks something; `findings` say what."""

    def __init__(self, title: str, findings: Sequence[PageFinding]) -> None:
        self.findings = tuple(findings)
        said = _("“%(title)s” is not complete; no review was begun.") % {"title": title}
        super().__init__(" ".join([said, *(each.message for each in self.findings)]))


class ApprovalPermissionTester(PagePermissionTester):
    """What a user may do with a page under the gate."""

    def can_publish(self) -> bool:
        """Return whether the latest revision is approved, and the user may publish."""
        return bool(super().can_publish()) and _is_approved(self.page, self.page.latest_revision_id)

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002 - Wagtail's signature
        """Refuse once an approval was ever granted or a review begun: both are kept for ever."""
        if self.page.approvals.exists() or self.page.review_cases.exists():
            return False
        return bool(super().can_delete(ignore_bulk=ignore_bulk))


class AncestorPermissionTester(PagePermissionTester):
    """What a user may do with a page that has pages under the gate somewhere below."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002 - Wagtail's signature
        """Refuse while anything below was ever approved or reviewed."""
        below = {"page__path__startswith": self.page.path}
        if Approval.objects.filter(**below).exists() or Case.objects.filter(**below).exists():
            return False
        return bool(super().can_delete(ignore_bulk=ignore_bulk))


class IndexPermissionTester(AncestorPermissionTester):
    """What a user may do with the parent of pages under the gate."""

    def can_publish_subpage(self) -> bool:
        """Refuse: nothing below is published at once."""
        return False


def _is_approved(page: Any, revision_id: int | None) -> bool:
    return (
        revision_id is not None
        and Approval.objects.in_force().filter(page_id=page.pk, revision_id=revision_id).exists()
    )


class GatedAncestorMixin(models.Model):
    """For a page further up, such as the home page: no deleting of approved pages with it."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> AncestorPermissionTester:
        """Return the tester of what `user` may do here."""
        return AncestorPermissionTester(user, self)


class GatedIndexMixin(models.Model):
    """For the page above gated pages: no publishing of children, no deleting of approved ones."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> IndexPermissionTester:
        """Return the tester of what `user` may do here."""
        return IndexPermissionTester(user, self)


class RequiresApproval(models.Model):
    """For a page that is public only while an approval of it counts.

    A page that takes it answers `review_units()`, `review_parties()`, `review_facts()` and
    `approval_snapshot()`; the review knows nothing else of it.
    """

    tombstone_template = "review_workflow/tombstone.html"

    if TYPE_CHECKING:  # what the page brings
        title: Any
        live: Any
        live_revision_id: Any
        alias_of_id: Any
        path: Any
        steplen: Any
        approvals: Any

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save; raises NotApproved where the transition lacks an approval in force.

        A page that becomes public, or shows another revision, needs one of exactly that revision.

        Only the transition is checked: an approval that ends by the calendar must not lock a page
        against unpublishing, moving or a renamed ancestor.
        """
        if self._becomes_public() and not _is_approved(self, self.live_revision_id):
            raise NotApproved(
                _("“%(title)s” cannot be published: this revision has no approval in force.")
                % {"title": self.title}
            )
        return super().save(*args, **kwargs)

    def review_units(self) -> list[tuple[str, str]]:
        """Return what a reviewer may cite, as pairs of a lasting id and a title."""
        raise NotImplementedError

    def review_parties(self) -> list[Any]:
        """Return the organisations that count for conflicts of interest."""
        raise NotImplementedError

    def review_facts(self) -> dict[str, Any]:
        """Return facts that decide which criteria apply, such as the modality."""
        raise NotImplementedError

    def review_files(self) -> list[ReviewFile]:
        """Return the files that the reviewers of this version may open."""
        return []

    def review_texts(self) -> Mapping[str, ReadText]:
        """Return what was read in those files, by their SHA-256; not every file has a text."""
        return {}

    def review_findings(self) -> list[PageFinding]:
        """Return what this version lacks, what is blocking first; a page may have no such rules."""
        return []

    def blocking_findings(self) -> list[PageFinding]:
        """Return what keeps a review of this version from beginning."""
        return [finding for finding in self.review_findings() if finding.is_blocking]

    def speaks_for_party(self, user: Any) -> bool:
        """Return whether `user` answers and withdraws for whoever brought the page."""
        return False

    def approval_snapshot(self) -> dict[str, Any]:
        """Return the content that an approval freezes, as plain JSON with a key `schema`."""
        raise NotImplementedError

    def permissions_for_user(self, user: Any) -> ApprovalPermissionTester:
        """Return the tester of what `user` may do with this page."""
        return ApprovalPermissionTester(user, self)

    @property
    def has_workflow(self) -> bool:
        """Whether a review can be started; never Wagtail's default moderation."""
        return self.get_workflow() is not None

    def get_workflow(self) -> Any:
        """Return the nearest workflow above with a panel in it, else none.

        Wagtail's default moderation and any other workflow must not publish this page.
        """
        if self.alias_of_id:
            return None
        above = [self.path[:end] for end in range(len(self.path), 0, -self.steplen)]
        return (
            Workflow.objects.active()
            .filter(
                workflow_pages__page__path__in=above,
                workflow_tasks__task__active=True,
                workflow_tasks__task__multireviewerapprovaltask__isnull=False,
            )
            .order_by(Length("workflow_pages__page__path").desc())
            .first()
        )

    @cached_property
    def current_approval(self) -> Approval | None:
        """The one approval that can count, whatever its status today; None where never approved."""
        return Approval.objects.filter(page_id=self.pk, is_current=True).first()

    @property
    def approval_in_force(self) -> Approval | None:
        """The approval that counts today, or None."""
        return Approval.objects.in_force().filter(page_id=self.pk).first()

    def _becomes_public(self) -> bool:
        if not self.live or self.alias_of_id:
            return False
        if self.pk is None:
            return True
        stored: Any = type(self)._base_manager
        before = stored.filter(pk=self.pk).values("live", "live_revision_id").first()
        return (
            before is None
            or not before["live"]
            or before["live_revision_id"] != self.live_revision_id
        )

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Keep the address of a page whose approval is over, live or not, for `serve` to say so."""
        if not (path_components or self.live or self.alias_of_id) and self._has_only_ended():
            return RouteResult(self)
        return super().route(request, path_components)  # type: ignore[misc] # the page's

    def _has_only_ended(self) -> bool:
        return self.approval_in_force is None and self.approvals.exists()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page while its approval counts, with 410 afterwards, else with 404."""
        if self.approval_in_force is not None:
            return super().serve(request, *args, **kwargs)  # type: ignore[misc] # the page's
        approval = self.current_approval or self.approvals.first()
        if approval is None or self.alias_of_id:
            raise Http404
        return TemplateResponse(
            request,
            self.tombstone_template,
            {"page": self, "self": self, "approval": approval},
            status=410,
        )
