from importlib import import_module

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Domain app (检查执法)."""

    name = "bihuan.inspections"
    label = "inspections"
    verbose_name = "检查执法"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities, figures, the loop, signatures and navigation."""
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.attachments.registry import owner
        from bihuan.foundation.workflow.registry import register_flow
        from bihuan.inspections.flow import FLOW
        from bihuan.inspections.models import Visit
        from bihuan.inspections.navigation import register_navigation
        from bihuan.inspections.permissions import CAPABILITIES

        register_capabilities(CAPABILITIES)
        register_flow(FLOW)
        owner("inspections.visit", Visit)
        register_navigation()
        import_module("bihuan.inspections.summaries")
