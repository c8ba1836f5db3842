from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Domain app (演示区域)."""

    name = "bihuan.demo"
    label = "demo"
    verbose_name = "演示区域"
    default_auto_field = "django.db.models.BigAutoField"
