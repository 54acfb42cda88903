"""WSGI entry point; refuses to start a production that the system checks find unfit."""

import gc
import os
from contextlib import suppress

from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearinghouse.settings.production")
application = get_wsgi_application()

from clearinghouse.checks import insist  # noqa: E402 - needs the apps that are loaded above
from search.selectors import stand_ready  # noqa: E402

insist()
with suppress(DatabaseError):  # one that is not there yet is told by /readyz
    stand_ready()
connection.close()  # a server may make its worker processes from this one

# What is loaded now stays: the collector need not look through it again and again. A search makes
# some thousand objects and keeps none, so it looks seldom.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
