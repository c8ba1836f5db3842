from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    """Foundation app (时限)."""

    name = "bihuan.foundation.deadlines"
    label = "deadlines"
    verbose_name = "时限"
    default_auto_field = "django.db.models.BigAutoField"
