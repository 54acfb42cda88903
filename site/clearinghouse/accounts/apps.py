"""App configuration of the user model."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app that owns `AUTH_USER_MODEL`."""

    name = "clearinghouse.accounts"
    label = "clearinghouse_accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from . import receivers  # noqa: PLC0415 - the models must be there first

        receivers.connect(self)
