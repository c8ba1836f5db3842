from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Domain app (统计分析)."""

    name = "bihuan.reporting"
    label = "reporting"
    verbose_name = "统计分析"
    default_auto_field = "django.db.models.BigAutoField"
