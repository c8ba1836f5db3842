from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """Domain app (隐患治理)."""

    name = "bihuan.hazards"
    label = "hazards"
    verbose_name = "隐患治理"
    default_auto_field = "django.db.models.BigAutoField"
