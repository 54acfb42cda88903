"""Settings of the benchmarks: a database of their own, the anchors beside the site."""

import os

from clearinghouse.settings.development import *  # noqa: F403 - settings modules extend each other
from clearinghouse.settings.development import (
    DATABASES,
    INSTALLED_APPS,
    ROOT_DIR,
    WAGTAILSEARCH_BACKENDS,
)

DEBUG = False
CLEARINGHOUSE_ELASTICSEARCH_URL = ""  # an anchor, never the engine of the site
if "BENCHMARK_INDEX" in os.environ:  # but of a site that is served to be measured
    CLEARINGHOUSE_ELASTICSEARCH_URL = os.environ["ELASTICSEARCH_URL"]
    CLEARINGHOUSE_ELASTICSEARCH_INDEX = os.environ["BENCHMARK_INDEX"]
    CLEARINGHOUSE_ANSWERS_KEPT = int(os.environ["BENCHMARK_KEPT"])
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.anchor"]
if "DATABASE_URL" not in os.environ:
    (ROOT_DIR / "var" / "benchmarks").mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["NAME"] = ROOT_DIR / "var" / "benchmarks" / "db.sqlite3"
if "ELASTICSEARCH_URL" in os.environ:
    WAGTAILSEARCH_BACKENDS = {
        **WAGTAILSEARCH_BACKENDS,
        "elasticsearch": {
            "BACKEND": "wagtail.search.backends.elasticsearch8",
            "URLS": [os.environ["ELASTICSEARCH_URL"]],
            "INDEX_PREFIX": "clearinghouse-benchmark-wagtail-",
            "AUTO_UPDATE": False,
            # As for all that is compared: what was asked before is answered anew.
            "INDEX_SETTINGS": {"settings": {"index": {"requests.cache.enable": False}}},
        },
    }
