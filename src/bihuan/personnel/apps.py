from django.apps import AppConfig


class PersonnelConfig(AppConfig):
    """Domain app (人员与岗位)."""

    name = "bihuan.personnel"
    label = "personnel"
    verbose_name = "人员与岗位"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities, the part of the one-firm page, the fact for grading."""
        from bihuan.enterprises.grading import register_facts
        from bihuan.enterprises.panels import Panel, register
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.personnel.permissions import CAPABILITIES
        from bihuan.personnel.summaries import gap_counts, panel_context

        register_capabilities(CAPABILITIES)
        register_facts("position_gaps", gap_counts)
        register(Panel("positions", "安全管理岗位", 30, "personnel/panel.html", panel_context, "personnel.view"))
