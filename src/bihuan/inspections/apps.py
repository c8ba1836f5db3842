from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Domain app (检查执法)."""

    name = "bihuan.inspections"
    label = "inspections"
    verbose_name = "检查执法"
    default_auto_field = "django.db.models.BigAutoField"
