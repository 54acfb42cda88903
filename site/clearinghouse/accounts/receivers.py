"""What accounts do when they hear of a login."""

import time
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from .middleware import KEPT_AT


@receiver(user_logged_in)
def begin_session(request: HttpRequest | None, **_: Any) -> None:
    """Note the login as the session's first use, so that the next page writes nothing."""
    if request is not None:
        request.session[KEPT_AT] = int(time.time())
