"""What accounts do when they hear of a login, and of the tables being there."""

import time
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.http import HttpRequest

from .middleware import KEPT_AT


@receiver(user_logged_in)
def begin_session(request: HttpRequest | None, **_: Any) -> None:
    """Note the login as the session's first use, so that the next page writes nothing."""
    if request is not None:
        request.session[KEPT_AT] = int(time.time())


def create_cache_table(using: str, **_: Any) -> None:
    """Create the table that limits are counted in; nothing where it is, or the cache is another."""
    call_command("createcachetable", database=using, verbosity=0)


def connect(accounts: Any) -> None:
    """Listen to the end of `migrate`, once for all apps."""
    post_migrate.connect(
        create_cache_table, sender=accounts, dispatch_uid="clearinghouse_cache_table"
    )
