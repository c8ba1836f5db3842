from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    """Domain app (企业底数)."""

    name = "bihuan.enterprises"
    label = "enterprises"
    verbose_name = "企业底数"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities."""
        from bihuan.enterprises.permissions import CAPABILITIES
        from bihuan.foundation.access.registry import register_capabilities

        register_capabilities(CAPABILITIES)
