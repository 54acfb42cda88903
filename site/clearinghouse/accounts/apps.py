"""App configuration of the user model."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app that owns `AUTH_USER_MODEL`."""

    name = "clearinghouse.accounts"
    label = "clearinghouse_accounts"
    default_auto_field = "django.db.models.BigAutoField"
