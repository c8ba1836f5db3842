from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """Domain app (系统管理)."""

    name = "bihuan.administration"
    label = "administration"
    verbose_name = "系统管理"
    default_auto_field = "django.db.models.BigAutoField"
