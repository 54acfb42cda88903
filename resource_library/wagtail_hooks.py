"""What the library adds to the admin: menu group, lists, attention panel, a page of help."""

from collections.abc import Iterator
from typing import Any

from django.db import router
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import page_permission_policy

from resource_library.models import ResourcePage
from resource_library.viewsets import (
    AttentionPanel,
    AttentionRow,
    ClearinghouseGroup,
    CoreTopicAreaViewSet,
    OrganisationViewSet,
    ResourceListingViewSet,
    SourceViewSet,
    TermViewSet,
)
from resource_library.viewsets.attention import ATTENTION_HOOK
from resource_library.viewsets.resources import review_state


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Add the menu group and the library's lists."""
    return [
        ClearinghouseGroup(),
        ResourceListingViewSet(),
        OrganisationViewSet(),
        CoreTopicAreaViewSet(),
        TermViewSet(),
        SourceViewSet(),
    ]


@hooks.register("construct_homepage_panels")
def add_attention_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Put what needs attention on the dashboard of whoever may act on it."""
    panel = AttentionPanel(request)
    if panel.rows:
        panels.append(panel)


@hooks.register(ATTENTION_HOOK)
def resources_to_check(request: HttpRequest) -> Iterator[AttentionRow]:
    """Count the resources whose date of the next check has passed or is near."""
    if not page_permission_policy.user_has_any_permission(
        request.user, {"add", "change", "publish"}
    ):
        return
    pages = ResourcePage.objects.filter(
        pk__in=page_permission_policy.explorable_instances(request.user).values("pk")
    )
    listing, today = reverse("resources:index"), timezone.localdate()
    labels = {
        "overdue": _("Resources past their review-by date"),
        "soon": _("Resources to review within 30 days"),
    }
    for state, label in labels.items():
        count = pages.filter(review_state(state, today)).count()
        yield AttentionRow(label, count, f"{listing}?review={state}")


@hooks.register("before_delete_snippet")
def explain_protected_rows(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """Go back with a sentence where something still uses what is to be deleted."""
    if not instances:
        return None
    collector = Collector(using=router.db_for_write(type(instances[0])), origin=instances[0])
    try:
        collector.collect(list(instances))
    except (ProtectedError, RestrictedError) as error:
        users = (
            error.protected_objects
            if isinstance(error, ProtectedError)
            else error.restricted_objects
        )
        kinds = sorted({str(user._meta.verbose_name_plural) for user in users})
        messages.error(
            request,
            _("Nothing was deleted: “%(name)s” is still used by %(count)s %(kinds)s.")
            % {
                "name": ", ".join(str(instance) for instance in instances[:3]),
                "count": len(users),
                "kinds": ", ".join(kinds),
            },
        )
        return redirect(reverse(type(instances[0]).snippet_viewset.get_url_name("list")))
    return None


class HowThisWorksView(WagtailAdminTemplateMixin, TemplateView):
    """A page of help for editors."""

    template_name = "resource_library/admin/how_this_works.html"
    page_title = gettext_lazy("How this works")
    header_icon = "help"
    _show_breadcrumbs = True


@hooks.register("register_admin_urls")
def register_help_url() -> list[Any]:
    """Give the page of help an address."""
    return [path("how-this-works/", HowThisWorksView.as_view(), name="clearinghouse_help")]


@hooks.register("register_help_menu_item")
def register_help_menu_item() -> MenuItem:
    """Put the page of help first in the help menu."""
    return MenuItem(
        gettext_lazy("How this works"),
        reverse("clearinghouse_help"),
        name="how-this-works",
        icon_name="help",
        order=100,
    )
