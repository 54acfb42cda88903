"""A checkout on one machine: the demonstration's SQLite database unless `DATABASE_URL` is set."""

import os

from .base import *  # noqa: F403 - settings modules extend each other
from .base import DJANGO_IS_6_1, ROOT_DIR
from .env import Environment, sqlite

_env = Environment(os.environ)
_demo = ROOT_DIR / "var" / "demo"
_demo.mkdir(parents=True, exist_ok=True)

DEBUG = True
SECRET_KEY = "development-only"  # noqa: S105 - production refuses it
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
DATABASES = {"default": _env.database("DATABASE_URL", "") or sqlite(_demo / "db.sqlite3")}
# Whatever a panel approves here is part of the demonstration; production refuses to show it.
CLEARINGHOUSE_SAMPLE_APPROVALS = True
CLEARINGHOUSE_ELASTICSEARCH_URL = _env.urls("ELASTICSEARCH_URL", "", schemes=("http", "https"))
CLEARINGHOUSE_ELASTICSEARCH_API_KEY = _env.text("ELASTICSEARCH_API_KEY", "")
CLEARINGHOUSE_ELASTICSEARCH_USER = _env.text("ELASTICSEARCH_USER", "")
CLEARINGHOUSE_ELASTICSEARCH_PASSWORD = _env.text("ELASTICSEARCH_PASSWORD", "")
CLEARINGHOUSE_ELASTICSEARCH_CA_FILE = _env.text("ELASTICSEARCH_CA_FILE", "")
MEDIA_ROOT = _demo / "media"
CLEARINGHOUSE_PRIVATE_ROOT = _demo / "private"
STATIC_ROOT = ROOT_DIR / "var" / "static"
# Static files are served from where they are: no collectstatic in a checkout.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # a key of this machine alone
WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"

# Mails are files here, one each, that anybody who tries the demonstration can read.
DEFAULT_FROM_EMAIL = SERVER_EMAIL = "clearinghouse@example.org"
_mail_backend = "django.core.mail.backends.filebased.EmailBackend"
_mails = _demo / "mail"
if DJANGO_IS_6_1:
    MAILERS = {"default": {"BACKEND": _mail_backend, "OPTIONS": {"file_path": _mails}}}
else:
    EMAIL_BACKEND, EMAIL_FILE_PATH = _mail_backend, _mails

_env.raise_faults()
