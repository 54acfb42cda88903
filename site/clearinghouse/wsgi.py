"""WSGI entry point; refuses to start a production that the system checks find unfit."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearinghouse.settings.production")
application = get_wsgi_application()

from clearinghouse.checks import insist  # noqa: E402 - needs the apps that the line above loads

insist()

# What is loaded now stays: the collector need not look through it again and again. A search makes
# some thousand objects and keeps none, so it looks seldom. Each worker process runs this itself.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
