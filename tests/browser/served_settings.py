"""The served site's settings: as in development, but with the pages that visitors see on errors."""

from clearinghouse.settings.development import *  # noqa: F403 - settings modules extend each other

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # dozens of logins
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
