from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    """Domain app (企业底数)."""

    name = "bihuan.enterprises"
    label = "enterprises"
    verbose_name = "企业底数"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities and navigation."""
        from bihuan.enterprises.permissions import CAPABILITIES
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.web import nav
        from bihuan.foundation.web.nav import NavItem

        register_capabilities(CAPABILITIES)
        nav.register(
            NavItem(
                "企业底数", "一企一档", "enterprises:list", "enterprises.view", "building-factory-2",
                order=10, phone=True, phone_title="企业",
            )
        )  # fmt: skip
