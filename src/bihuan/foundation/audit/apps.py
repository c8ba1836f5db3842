from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Foundation app (审计)."""

    name = "bihuan.foundation.audit"
    label = "audit"
    verbose_name = "审计"
    default_auto_field = "django.db.models.BigAutoField"
