"""Settings shared by every environment. What differs is in the sibling modules."""

from pathlib import Path

import django
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

PACKAGE_DIR = Path(__file__).resolve().parent.parent
ROOT_DIR = PACKAGE_DIR.parent.parent

INSTALLED_APPS = [
    "clearinghouse.apps.ClearinghouseConfig",
    "clearinghouse.accounts.apps.AccountsConfig",
    "home.apps.HomeConfig",
    "search.apps.SearchConfig",
    "submission_portal.apps.SubmissionPortalConfig",
    "curriculum_pages.apps.CurriculumPagesConfig",
    "review_workflow.apps.ReviewWorkflowConfig",
    "resource_library.apps.ResourceLibraryConfig",
    "wagtail_modeladmin",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail.api.v2",
    "wagtail",
    "modelcluster",
    "taggit",
    "rest_framework",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clearinghouse.admin_addresses.NulFreeAdminMiddleware",
    "clearinghouse.middleware.CorsMiddleware",
    "clearinghouse.middleware.ConditionalGetMiddleware",
    "clearinghouse.middleware.PublicApiMiddleware",  # nothing below sees the API of version 1
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clearinghouse.accounts.middleware.StaffAuthenticatorMiddleware",
    "clearinghouse.accounts.middleware.SessionUseMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "clearinghouse.urls"
WSGI_APPLICATION = "clearinghouse.wsgi.application"
# The checkout keeps its templates beside the packages; a wheel carries them inside the package.
TEMPLATES_DIR = next(
    (path for path in (PACKAGE_DIR / "templates", ROOT_DIR / "templates") if path.is_dir()),
    ROOT_DIR / "templates",
)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [TEMPLATES_DIR],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# Our pages hold no inline script or style; Wagtail's admin and the API's viewer are not ours.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

AUTH_USER_MODEL = "clearinghouse_accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# One login for the portal and the admin.
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal_home"
ACCOUNT_ADAPTER = "clearinghouse.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "clearinghouse.accounts.forms.SignUpForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "clearinghouse.accounts.keys.KeyForm"}
MFA_TOTP_ISSUER = "Clearinghouse"
# A session ends with the browser, or after this long without a page of the portal or the admin.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
ACCOUNT_RATE_LIMITS = {
    "portal_upload": "120/h/user",
    "portal_submit": "20/h/user",
    "portal_invite": "30/h/user",
    "portal_register": "5/d/user",
    "portal_stay": "60/h/user",
    # Each writes every file anew into one archive.
    "portal_export": "30/h/user",
    "portal_export_all": "6/h/user",
}
"""How often one user may do what; allauth adds its own limits for sign-up and login."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
TIME_ZONE = "America/New_York"
USE_I18N = True
USE_TZ = True
WAGTAIL_I18N_ENABLED = True

STATIC_URL = "/static/"
MEDIA_URL = "/media/"
STATICFILES_DIRS: list[Path] = []

WAGTAIL_SITE_NAME = "Clearinghouse"
WAGTAIL_PASSWORD_REQUIRED_TEMPLATE = "password_required.html"  # noqa: S105 - a template's name
WAGTAILDOCS_PASSWORD_REQUIRED_TEMPLATE = WAGTAIL_PASSWORD_REQUIRED_TEMPLATE
# The admin asks no outside host for pictures of people or for news of releases.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# Whoever forgot a password asks on the page of the one login; an address is changed, and
# verified, on the page of the account.
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "resource_library.forms.CheckedDocumentForm"
WAGTAIL_FINISH_WORKFLOW_ACTION = "review_workflow.finish.finish_workflow"
# A running reassessment must survive a publish; the publishing gate admits nobody else.
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILAPI_LIMIT_MAX = 100
TAGGIT_CASE_INSENSITIVE = True

# MAILERS takes the place of the EMAIL_ settings, which 6.1 deprecates.
DJANGO_IS_6_1 = django.VERSION >= (6, 1)

CLEARINGHOUSE_PRODUCTION = False
"""Whether `clearinghouse.checks` refuse what a public server must not have."""
CLEARINGHOUSE_DEMO_PASSWORD = "clearinghouse demonstration"  # noqa: S105 - public; production refuses it
"""The password of every login of the demonstration."""
CLEARINGHOUSE_SAMPLE_APPROVALS = False
"""Whether a panel's approval is only a sample; the demonstration sets it, a public server never."""
CLEARINGHOUSE_STAFF_MFA_REQUIRED = False
"""Whether nobody enters the admin without a second factor; production sets it."""
CLEARINGHOUSE_CORS_ORIGINS: list[str] = []
"""The origins whose pages may read the API in a browser; none by default."""
CLEARINGHOUSE_ELASTICSEARCH_URL = ""
"""The Elasticsearch cluster of the search: addresses of its nodes with commas between them; empty:
the database searches."""
CLEARINGHOUSE_ELASTICSEARCH_INDEX = "clearinghouse-catalog"
"""The index there; two sites on one server need two names."""
CLEARINGHOUSE_ELASTICSEARCH_SECONDS = 1.0
"""How long a search waits for that cluster before the database answers."""
CLEARINGHOUSE_ELASTICSEARCH_REST_SECONDS = 5.0
"""How long a cluster that failed twice is not asked; then one request tries it."""
CLEARINGHOUSE_ELASTICSEARCH_API_KEY = ""
"""The key that the cluster knows this site by."""
CLEARINGHOUSE_ELASTICSEARCH_USER = ""
"""The user that the cluster knows this site by, where there is no key."""
CLEARINGHOUSE_ELASTICSEARCH_PASSWORD = ""
"""The password of that user."""
CLEARINGHOUSE_ELASTICSEARCH_CA_FILE = ""
"""The file with the certificates that the cluster's are signed by; empty: the system's."""
CLEARINGHOUSE_ANSWERS_KEPT = 200
"""How many answers of the cluster a process keeps until the catalog changes; 0: none."""
CLEARINGHOUSE_SEARCH_TERMS_DAYS = 90
"""How many days the counts of searched texts are kept; 0: none are counted."""
CLEARINGHOUSE_SEARCH_TERMS_LEAST = 3
"""How often a text must have been searched in a period to be shown to editors."""
CLEARINGHOUSE_DUE_WORK_SECONDS = 2.0
"""How often `manage.py serve` and `manage.py run_due --loop` look for due work."""
CLEARINGHOUSE_MAX_UPLOAD_BYTES = 200 * 1024 * 1024
"""The largest file that a curriculum may have."""
CLEARINGHOUSE_MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
"""The largest document that may prove an outside approval."""
CLEARINGHOUSE_EXTRACTION_SECONDS = 20.0
"""How long reading the text of one attached file may take."""
CLEARINGHOUSE_EXTRACTION_MEGABYTES = 512
"""How much address space the process that reads an attached file may have."""
CLEARINGHOUSE_EXTRACTION_MOST_BYTES = 50 * 1024 * 1024
"""The largest attached file whose text is read."""
CLEARINGHOUSE_WATERMARK_REVIEW_FILES = True
"""Whether a PDF that a reviewer downloads bears their name on every page."""
CLEARINGHOUSE_CLAMD = ""
"""The virus scanner that uploads are shown to, `tcp://host:port` or `unix:/path`; empty: none."""
CLEARINGHOUSE_SCREENING_DAYS = 10
"""After how many days in screening a submission counts as overdue in the queue of staff."""
