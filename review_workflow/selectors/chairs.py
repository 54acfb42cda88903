"""Who could chair a round."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from review_workflow.models import ReviewRound
from review_workflow.permissions import conflicted_users

_ADMIN = "wagtailadmin.access_admin"


def possible_chairs(round_: ReviewRound) -> "QuerySet[Any]":
    """Return the active users who may chair the round: no conflict, no seat in it, ever.

    Whoever chairs a task comes first to mind, but the operator's own case may need an outsider, so
    that everybody who may enter the admin can be named.
    """
    users: Any = get_user_model()._default_manager
    may_enter = ModelBackend().with_perm(_ADMIN).values("pk")
    return (
        users.filter(pk__in=may_enter)
        .exclude(pk__in=conflicted_users(round_.case))
        .exclude(pk__in=round_.assignments.values("reviewer"))
        .order_by("last_name", "first_name", "pk")
    )
