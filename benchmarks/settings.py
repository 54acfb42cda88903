"""Settings of the benchmarks: a database of their own, the anchor's model beside the site's."""

import os

from clearinghouse.settings.development import *  # noqa: F403 - settings modules extend each other
from clearinghouse.settings.development import DATABASES, INSTALLED_APPS, ROOT_DIR

DEBUG = False
CLEARINGHOUSE_ELASTICSEARCH_URL = ""  # an anchor here, never the engine of the site
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.anchor"]
if "DATABASE_URL" not in os.environ:
    (ROOT_DIR / "var" / "benchmarks").mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["NAME"] = ROOT_DIR / "var" / "benchmarks" / "db.sqlite3"
