from importlib import import_module

from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    """Domain app (行政处罚)."""

    name = "bihuan.enforcement"
    label = "enforcement"
    verbose_name = "行政处罚"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities, figures and navigation."""
        from bihuan.enforcement.navigation import register_navigation
        from bihuan.enforcement.permissions import CAPABILITIES
        from bihuan.foundation.access.registry import register_capabilities

        register_capabilities(CAPABILITIES)
        register_navigation()
        import_module("bihuan.enforcement.summaries")
