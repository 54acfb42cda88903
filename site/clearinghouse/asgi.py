"""ASGI entry point; refuses to start a production that the system checks find unfit."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearinghouse.settings.production")
application = get_asgi_application()

from clearinghouse.checks import insist  # noqa: E402 - needs the apps that the line above loads

insist()
