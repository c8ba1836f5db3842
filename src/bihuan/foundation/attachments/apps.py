from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """Foundation app (附件)."""

    name = "bihuan.foundation.attachments"
    label = "attachments"
    verbose_name = "附件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the capabilities and the nightly check."""
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.attachments.permissions import CAPABILITIES

        register_capabilities(CAPABILITIES)
