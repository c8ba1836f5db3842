from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Domain app (参考数据)."""

    name = "bihuan.reference"
    label = "reference"
    verbose_name = "参考数据"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities and navigation."""
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.web import nav
        from bihuan.foundation.web.nav import NavItem
        from bihuan.reference.permissions import CAPABILITIES

        register_capabilities(CAPABILITIES)
        nav.register(
            NavItem("隐患治理", "判定标准库", "reference:criteria", "reference.view", "book", order=80)
        )
