from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Foundation app (消息)."""

    name = "bihuan.foundation.messages"
    label = "notices"
    verbose_name = "消息"
    default_auto_field = "django.db.models.BigAutoField"
