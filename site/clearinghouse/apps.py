"""App configuration of the composition root: system checks and commands."""

from django.apps import AppConfig


class ClearinghouseConfig(AppConfig):
    """Registers the site's system checks when the app is ready."""

    name = "clearinghouse"
    label = "clearinghouse_site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        from clearinghouse import checks  # noqa: F401, PLC0415 - models are there only now
