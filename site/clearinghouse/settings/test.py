"""The test suite: fast hashing, a folder of its own, a database that can be kept between runs."""

import os
import tempfile
from pathlib import Path

import django

from .development import *  # noqa: F403 - settings modules extend each other
from .development import DATABASES, DJANGO_IS_6_1, ROOT_DIR
from .env import SQLITE_OPTIONS

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CLEARINGHOUSE_SAMPLE_APPROVALS = False  # the tests of the demonstration set it
CLEARINGHOUSE_ELASTICSEARCH_URL = ""  # tests that need the server ask for it by name
CLEARINGHOUSE_ANSWERS_KEPT = 0  # a test of the engine asks the engine
CLEARINGHOUSE_SEARCH_TERMS_DAYS = 0  # a flush falls into no count of queries by chance
# Manifest names would need collectstatic before every run.
WHITENOISE_AUTOREFRESH = True

_temporary = tempfile.TemporaryDirectory(prefix="clearinghouse-test-")  # deleted when the run ends
_files = Path(_temporary.name)
MEDIA_ROOT = _files / "media"
CLEARINGHOUSE_PRIVATE_ROOT = _files / "private"
STATIC_ROOT = _files / "static"

# Two versions of Django, or two people on one machine, never share a kept database.
_name = (
    "test_clearinghouse_dj"
    + "".join(map(str, django.VERSION[:2]))
    + os.environ.get("TEST_DB_SUFFIX", "")
)
_default = DATABASES["default"]
if _default["ENGINE"] == "django.db.backends.sqlite3":
    (ROOT_DIR / "var" / "test").mkdir(parents=True, exist_ok=True)
    _default["NAME"] = ROOT_DIR / "var" / "test" / "unused.sqlite3"
    _default["TEST"] = {"NAME": str(ROOT_DIR / "var" / "test" / f"{_name}.sqlite3")}
    _default["OPTIONS"] = SQLITE_OPTIONS | {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF",
    }
else:
    _default["TEST"] = {"NAME": _name}

if DJANGO_IS_6_1:
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
else:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
