"""What the admin's tests share: people, a small catalog, and forms as a browser would send them."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from wagtail.models import GroupPagePermission

from curriculum_pages.models import CurriculumIndexPage, CurriculumPage, Module, Provider
from resource_library.models import (
    CoreTopicArea,
    Organisation,
    ResourceIndexPage,
    ResourcePage,
    Term,
)
from review_workflow.enums import ApprovalBasis
from review_workflow.services import Term as Days
from review_workflow.services import grant_approval

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def login_as(user):
    client = Client()
    client.force_login(user)
    return client


def make_user(email, *permissions, pages=None, page_permissions=()):
    user = get_user_model().objects.create_user(email=email, password="a long password here")
    group = Group.objects.create(name=email)
    for name in ("wagtailadmin.access_admin", *permissions):
        app, codename = name.split(".")
        group.permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    for codename in page_permissions:
        permission = Permission.objects.get(
            content_type__app_label="wagtailcore", codename=codename
        )
        GroupPagePermission.objects.create(group=group, page=pages, permission=permission)
    user.groups.add(group)
    return user


@pytest.fixture
def admin(db):
    return login_as(
        get_user_model().objects.create_superuser(
            email="root@example.org", password="long enough it is"
        )
    )


@pytest.fixture
def catalog(site_tree: dict[str, Any]) -> CurriculumIndexPage:
    return CurriculumIndexPage.objects.get()


@pytest.fixture
def library(site_tree: dict[str, Any]) -> ResourceIndexPage:
    return ResourceIndexPage.objects.get()


@pytest.fixture
def make_curriculum(catalog):
    def make(number=1, *, approved=None, ends_in=400, **fields):
        organisation, _ = Organisation.objects.get_or_create(name=f"Provider {number}")
        provider, _ = Provider.objects.get_or_create(organisation=organisation)
        page = CurriculumPage(
            title=f"Curriculum {number}",
            slug=f"c{number}",
            summary="Sum.",
            provider=provider,
            live=False,
            **fields,
        )
        page.core_topics = list(CoreTopicArea.objects.all()[:2])
        page.modules = [
            Module(
                title="One", contact_minutes=90, method=Term.objects.filter(vocabulary="method")[0]
            )
        ]
        catalog.add_child(instance=page)
        page.save_revision()
        if approved:
            today = timezone.localdate()
            grant_approval(
                page=page,
                basis=ApprovalBasis.SAMPLE,
                number=approved,
                reason="Test",
                term=Days(today - dt.timedelta(500), today + dt.timedelta(ends_in)),
            )
        return CurriculumPage.objects.get(pk=page.pk)

    return make


@pytest.fixture
def make_resource(library):
    def make(number=1, **fields):
        publisher, _ = Organisation.objects.get_or_create(name=f"Publisher {number}")
        page = ResourcePage(
            title=f"Resource {number}",
            slug=f"r{number}",
            summary="Sum.",
            publisher=publisher,
            resource_type=Term.objects.filter(vocabulary="resource_type")[0],
            **fields,
        )
        page.core_topics = list(CoreTopicArea.objects.all()[:2])
        library.add_child(instance=page)
        page.save_revision().publish()
        return page

    return make
