from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Foundation app (数字)."""

    name = "bihuan.foundation.figures"
    label = "figures"
    verbose_name = "数字"
    default_auto_field = "django.db.models.BigAutoField"
