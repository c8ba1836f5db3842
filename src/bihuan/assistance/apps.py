from importlib import import_module

from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    """Domain app (结对帮扶)."""

    name = "bihuan.assistance"
    label = "assistance"
    verbose_name = "结对帮扶"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities, figures and navigation."""
        from bihuan.assistance.navigation import register_navigation
        from bihuan.assistance.permissions import CAPABILITIES
        from bihuan.foundation.access.registry import register_capabilities

        register_capabilities(CAPABILITIES)
        register_navigation()
        import_module("bihuan.assistance.summaries")
