from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Foundation app (消息); its label leaves `messages` to Django's own app."""

    name = "bihuan.foundation.messages"
    label = "notices"
    verbose_name = "消息"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the capabilities."""
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.messages.permissions import CAPABILITIES

        register_capabilities(CAPABILITIES)
