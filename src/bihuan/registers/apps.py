from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Domain app (安全台账)."""

    name = "bihuan.registers"
    label = "registers"
    verbose_name = "安全台账"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities and the part of the one-firm page."""
        from bihuan.enterprises.panels import Panel, register
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.web import nav
        from bihuan.registers.permissions import CAPABILITIES
        from bihuan.registers.summaries import panel_context

        register_capabilities(CAPABILITIES)
        nav.register(nav.NavItem("企业底数", "安全台账", "registers:expenses", "registers.edit", "book", order=40))
        register(Panel("registers", "安全投入与劳防用品", 80, "registers/panel.html", panel_context, "registers.view"))
