"""Rules of panels in the admin: a used one is read, and replaced by its next version."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import DeleteView, EditView, IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from resource_library.viewsets import MENU_HOOK
from review_workflow.enums import RoleClass
from review_workflow.forms.rules import RuleForm
from review_workflow.models import ReviewRule
from review_workflow.models.labels import ROLE_CLASSES

from .standards import FixedRowMixin


class RuleIndexView(IndexView):
    """The list; a used rule's name leads to its page, another's to its form."""

    def get_edit_url(self, instance: ReviewRule) -> str | None:
        """Return the address for a rule that nobody used."""
        return None if instance.used_at else super().get_edit_url(instance)

    def get_delete_url(self, instance: ReviewRule) -> str | None:
        """Return the address for a rule that nobody used."""
        return None if instance.used_at else super().get_delete_url(instance)


class RuleEditView(FixedRowMixin, EditView):
    """The form of a rule that nobody used."""


class RuleDeleteView(FixedRowMixin, DeleteView):
    """Deletes a rule that nobody used."""


class RulePage(InspectView):
    """One rule in words, with its next version to begin."""

    page_title = gettext_lazy("Rule")

    def get_edit_url(self) -> str | None:
        """Return the address for a rule that nobody used."""
        return None if self.object.used_at else super().get_edit_url()

    def get_delete_url(self) -> str | None:
        """Return the address for a rule that nobody used."""
        return None if self.object.used_at else super().get_delete_url()

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Offer the next version."""
        if not self.user_has_permission("add"):
            return []
        url = reverse("clearinghouse_rule_copy", args=[self.object.pk])
        return [HeaderButton(_("Copy as the next version"), url=url, icon_name="copy")]

    def get_composition_display_value(self) -> str:
        """Return the least seats of each role in words."""
        return (
            " · ".join(
                f"{ROLE_CLASSES[RoleClass(role)]}: {least}"
                for role, least in self.object.composition.items()
            )
            or "-"
        )

    def get_reminder_days_display_value(self) -> str:
        """Return the days, separated by commas."""
        return ", ".join(map(str, self.object.reminder_days)) or "-"


class ReviewRuleViewSet(ModelViewSet):
    """Rules in the group of the menu."""

    name = "review_rules"
    url_prefix = "review-rules"
    model = ReviewRule
    icon = "cogs"
    menu_label = gettext_lazy("Review rules")
    menu_hook = MENU_HOOK
    menu_order = 13
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude: ClassVar = ["id"]
    list_display: ClassVar = [
        "name",
        "version",
        "seats",
        "quorum",
        Column("get_decision_rule_display", label=gettext_lazy("Decision rule")),
        "used_at",
    ]
    list_per_page = 50
    search_fields: ClassVar = ["name"]
    search_backend_name = None
    index_view_class = RuleIndexView
    edit_view_class = RuleEditView
    delete_view_class = RuleDeleteView
    inspect_view_class = RulePage

    def get_form_class(self, for_update: bool = False) -> type[Any]:  # noqa: FBT001, FBT002 - Wagtail's signature
        """Return the form of a rule."""
        return RuleForm
