from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """Domain app (隐患治理)."""

    name = "bihuan.hazards"
    label = "hazards"
    verbose_name = "隐患治理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities, the loop and the figures."""
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.workflow.registry import register_flow
        from bihuan.hazards import summaries  # noqa: F401 - registers its figures
        from bihuan.hazards.flow import HAZARD_FLOW
        from bihuan.hazards.permissions import CAPABILITIES

        register_capabilities(CAPABILITIES)
        register_flow(HAZARD_FLOW)
