from importlib import import_module

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Domain app (专项行动)."""

    name = "bihuan.campaigns"
    label = "campaigns"
    verbose_name = "专项行动"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities, the loop and the figures."""
        from bihuan.campaigns.flow import FLOW
        from bihuan.campaigns.permissions import CAPABILITIES
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.workflow.registry import register_flow

        register_capabilities(CAPABILITIES)
        register_flow(FLOW)
        import_module("bihuan.campaigns.summaries")
