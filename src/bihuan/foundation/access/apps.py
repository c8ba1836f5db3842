from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Foundation app (权限)."""

    name = "bihuan.foundation.access"
    label = "access"
    verbose_name = "权限"
    default_auto_field = "django.db.models.BigAutoField"
