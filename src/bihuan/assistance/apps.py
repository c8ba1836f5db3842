from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    """Domain app (结对帮扶)."""

    name = "bihuan.assistance"
    label = "assistance"
    verbose_name = "结对帮扶"
    default_auto_field = "django.db.models.BigAutoField"
