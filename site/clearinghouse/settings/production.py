"""A public server, configured by the environment; `clearinghouse.checks` refuse what is unfit."""

import os

from .base import *  # noqa: F403 - settings modules extend each other
from .base import DJANGO_IS_6_1
from .env import Environment

_env = Environment(os.environ)

CLEARINGHOUSE_PRODUCTION = True
DEBUG = _env.flag("CLEARINGHOUSE_DEBUG")
SECRET_KEY = _env.text("CLEARINGHOUSE_SECRET_KEY")
SECRET_KEY_FALLBACKS = _env.words("CLEARINGHOUSE_SECRET_KEY_FALLBACKS", "")
ALLOWED_HOSTS = _env.words("CLEARINGHOUSE_ALLOWED_HOSTS")
WAGTAILADMIN_BASE_URL = _env.url("CLEARINGHOUSE_BASE_URL", schemes=("https", "http"))
CSRF_TRUSTED_ORIGINS = _env.words("CLEARINGHOUSE_CSRF_TRUSTED_ORIGINS", "")
CLEARINGHOUSE_STAFF_MFA_REQUIRED = _env.flag("CLEARINGHOUSE_STAFF_MFA_REQUIRED", default=True)
DATABASES = {"default": _env.database("DATABASE_URL") | {"CONN_HEALTH_CHECKS": True}}
# Limits are counted here: one for all processes, or each would begin to count anew.
CACHES = {"default": _env.cache("CACHE_URL")}
CLEARINGHOUSE_ELASTICSEARCH_URL = _env.urls("ELASTICSEARCH_URL", "", schemes=("http", "https"))
CLEARINGHOUSE_ELASTICSEARCH_API_KEY = _env.text("ELASTICSEARCH_API_KEY", "")
CLEARINGHOUSE_ELASTICSEARCH_USER = _env.text("ELASTICSEARCH_USER", "")
CLEARINGHOUSE_ELASTICSEARCH_PASSWORD = _env.text("ELASTICSEARCH_PASSWORD", "")
CLEARINGHOUSE_ELASTICSEARCH_CA_FILE = _env.text("ELASTICSEARCH_CA_FILE", "")
CLEARINGHOUSE_CORS_ORIGINS = _env.words("CLEARINGHOUSE_CORS_ORIGINS", "")
CLEARINGHOUSE_CLAMD = _env.socket("CLEARINGHOUSE_CLAMD")
MEDIA_ROOT = _env.folder("CLEARINGHOUSE_MEDIA_ROOT")
CLEARINGHOUSE_PRIVATE_ROOT = _env.folder("CLEARINGHOUSE_PRIVATE_ROOT")
STATIC_ROOT = _env.folder("CLEARINGHOUSE_STATIC_ROOT")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DEFAULT_FROM_EMAIL = SERVER_EMAIL = _env.text("CLEARINGHOUSE_FROM_EMAIL", "webmaster@localhost")
_smtp = _env.mailer("CLEARINGHOUSE_EMAIL_URL")
_mail_backend = f"django.core.mail.backends.{'smtp' if _smtp else 'console'}.EmailBackend"
if DJANGO_IS_6_1:
    MAILERS = {"default": {"BACKEND": _mail_backend, **({"OPTIONS": _smtp} if _smtp else {})}}
else:
    EMAIL_BACKEND = _mail_backend
    if _smtp:
        EMAIL_HOST, EMAIL_PORT = _smtp["host"], _smtp["port"]
        EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _smtp["username"], _smtp["password"]
        EMAIL_USE_TLS, EMAIL_USE_SSL = _smtp["use_tls"], _smtp["use_ssl"]
        EMAIL_TIMEOUT = _smtp["timeout"]

# Behind a proxy that ends TLS; plain http is for a trial on one machine.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Limits by address ask the proxies who asks; without a count everybody would share the proxy's.
ALLAUTH_TRUSTED_PROXY_COUNT = _env.count("CLEARINGHOUSE_PROXIES", 1)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = WAGTAILADMIN_BASE_URL.startswith(
    "https"
)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}

_env.raise_faults()
