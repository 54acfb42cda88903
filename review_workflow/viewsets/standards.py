"""Editions of the standards in the admin: their list, the page of one, the form of a draft."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, HeaderButton

from resource_library.viewsets import MENU_HOOK
from review_workflow.forms.standards import EditionForm
from review_workflow.models import StandardsEdition
from review_workflow.selectors.standards import domains_of, edition_faults, edition_in_force

EDITION_BUTTONS_HOOK = "register_clearinghouse_edition_buttons"
"""Other apps' pages of an edition; takes the edition, gives buttons for whoever may read it."""


class FixedRowMixin:
    """For the views that change or delete: a fixed row leads to its page, with a sentence."""

    inspect_url_name: str | None = None
    fixed_message = gettext_lazy("This is in use: copy it and change the copy.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go to the row's page where it is fixed."""
        view: Any = self
        if view.user_has_permission(view.permission_required):
            row = get_object_or_404(view.model, pk=kwargs["pk"])
            if row.is_fixed():
                messages.warning(request, self.fixed_message)
                return redirect(reverse(view.inspect_url_name, args=[row.pk]))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc] # the view's
        return answer


class EditionIndexView(IndexView):
    """The list; a title leads to the edition's page, from where everything is done."""

    def get_edit_url(self, instance: StandardsEdition) -> str | None:
        """Return nothing: the form of the particulars is on the edition's page."""
        return None

    def get_delete_url(self, instance: StandardsEdition) -> str | None:
        """Return the address for a draft only."""
        return super().get_delete_url(instance) if instance.is_draft else None

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Offer the comparison."""
        compare = Button(
            _("Compare two editions"),
            url=reverse("clearinghouse_edition_compare"),
            icon_name="history",
            priority=5,
        )
        return [*super().header_more_buttons, compare]


class EditionCreateView(CreateView):
    """Begins an edition from nothing; most begin as a copy."""

    def get_success_url(self) -> str:
        """Go on to the edition's page, where domains are added."""
        return reverse("standards:inspect", args=[self.object.pk])


class EditionEditView(FixedRowMixin, EditView):
    """The particulars of a draft."""

    def get_success_url(self) -> str:
        """Go back to the edition's page."""
        return reverse("standards:inspect", args=[self.object.pk])


class EditionDeleteView(FixedRowMixin, DeleteView):
    """Deletes a draft."""


class EditionPage(InspectView):
    """One edition: what it lacks, its domains, its criteria, and what can be done with it."""

    template_name = "review_workflow/admin/standards/edition.html"
    page_title = gettext_lazy("Edition")

    @cached_property
    def may_change(self) -> bool:
        """Whether this user edits this edition."""
        return bool(self.object.is_draft and self.user_has_permission("change"))

    def get_edit_url(self) -> str | None:
        """Return the address for a draft only."""
        return super().get_edit_url() if self.object.is_draft else None

    def get_delete_url(self) -> str | None:
        """Return the address for a draft only."""
        return super().get_delete_url() if self.object.is_draft else None

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here from the list."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("standards:index"), "label": _("Editions of the standards")},
            {"url": "", "label": str(self.object)},
        ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Offer copying, and for a draft, coming into force."""
        buttons = []
        if self.user_has_permission("add"):
            url = reverse("clearinghouse_edition_copy", args=[self.object.pk])
            buttons.append(HeaderButton(_("Copy as a new draft"), url=url, icon_name="copy"))
        if self.may_change:
            url = reverse("clearinghouse_edition_put_in_force", args=[self.object.pk])
            buttons.append(HeaderButton(_("Put in force"), url=url, icon_name="success"))
        for give in hooks.get_hooks(EDITION_BUTTONS_HOOK):
            buttons.extend(give(self.object))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add domains, faults of a draft, and with what it can be compared."""
        present = edition_in_force()
        base = self.object.copied_from or (present if present != self.object else None)
        return super().get_context_data(
            **kwargs,
            edition=self.object,
            domains=domains_of(self.object),
            faults=edition_faults(self.object) if self.object.is_draft else [],
            may_change=self.may_change,
            base=base,
        )


class StandardsViewSet(ModelViewSet):
    """Editions in the group of the menu."""

    name = "standards"
    model = StandardsEdition
    icon = "list-ul"
    menu_label = gettext_lazy("Standards")
    menu_hook = MENU_HOOK
    menu_order = 12
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    list_display: ClassVar = [
        "label",
        "title",
        Column("get_state_display", label=gettext_lazy("State"), sort_key="state"),
        "effective_on",
    ]
    list_per_page = 50
    search_fields: ClassVar = ["label", "title"]
    search_backend_name = None
    index_view_class = EditionIndexView
    add_view_class = EditionCreateView
    edit_view_class = EditionEditView
    delete_view_class = EditionDeleteView
    inspect_view_class = EditionPage
    inspect_template_name = "review_workflow/admin/standards/edition.html"

    def get_form_class(self, for_update: bool = False) -> type[EditionForm]:  # noqa: FBT001, FBT002 - Wagtail's signature
        """Return the form of the particulars."""
        return EditionForm
