from django.apps import AppConfig


class WebConfig(AppConfig):
    """Foundation app (界面)."""

    name = "bihuan.foundation.web"
    label = "web"
    verbose_name = "界面"
    default_auto_field = "django.db.models.BigAutoField"
