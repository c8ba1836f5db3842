from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Domain app (参考数据)."""

    name = "bihuan.reference"
    label = "reference"
    verbose_name = "参考数据"
    default_auto_field = "django.db.models.BigAutoField"
