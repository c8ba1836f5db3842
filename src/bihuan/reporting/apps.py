from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Domain app (统计分析)."""

    name = "bihuan.reporting"
    label = "reporting"
    verbose_name = "统计分析"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities and navigation."""
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.web.nav import NavItem, register
        from bihuan.reporting.permissions import CAPABILITIES

        register_capabilities(CAPABILITIES)
        register(
            NavItem("总览", "驾驶舱", "reporting:cockpit", "reporting.view", "layout-dashboard", order=5),
            NavItem("总览", "企业工作台", "reporting:workbench", "hazards.self_report", "home", order=6),
        )
