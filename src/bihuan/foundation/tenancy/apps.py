from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """Foundation app (组织机构)."""

    name = "bihuan.foundation.tenancy"
    label = "tenancy"
    verbose_name = "组织机构"
    default_auto_field = "django.db.models.BigAutoField"
