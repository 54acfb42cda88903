"""WSGI entry point; refuses to start a production that the system checks find unfit."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearinghouse.settings.production")
application = get_wsgi_application()

from clearinghouse.checks import insist  # noqa: E402 - needs the apps that the line above loads

insist()
