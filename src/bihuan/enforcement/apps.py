from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    """Domain app (行政处罚)."""

    name = "bihuan.enforcement"
    label = "enforcement"
    verbose_name = "行政处罚"
    default_auto_field = "django.db.models.BigAutoField"
