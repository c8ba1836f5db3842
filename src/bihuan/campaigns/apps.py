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
        from bihuan.campaigns.jobs import run_open_weeks, run_reminders
        from bihuan.campaigns.permissions import CAPABILITIES
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.jobs.schedules import every
        from bihuan.foundation.web.nav import NavItem, register
        from bihuan.foundation.workflow.registry import register_flow

        register_capabilities(CAPABILITIES)
        register(
            NavItem("部署与调度", "专项行动", "campaigns:list", "campaigns.view", "flag", order=10),
            NavItem("部署与调度", "周调度统计表", "campaigns:this_week", "campaigns.view", "table", order=20),
            NavItem("部署与调度", "往期报送", "campaigns:returns", "campaigns.view", "history", order=30),
        )
        register_flow(FLOW)
        every("campaigns.open_weeks", at="00:20", task=run_open_weeks, title="开启本周周调度统计表")
        every("campaigns.reminders", minutes=15, task=run_reminders, title="周调度催报")
        import_module("bihuan.campaigns.summaries").keep_points()
