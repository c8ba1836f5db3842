from django.apps import AppConfig
from django.core import checks

from . import nav


class WebConfig(AppConfig):
    """Foundation app (界面)."""

    name = "bihuan.foundation.web"
    label = "web"
    verbose_name = "界面"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Check the navigation once all addresses are known."""
        checks.register(nav.check_addresses)
