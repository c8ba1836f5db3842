from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Foundation app (闭环)."""

    name = "bihuan.foundation.workflow"
    label = "workflow"
    verbose_name = "闭环"
    default_auto_field = "django.db.models.BigAutoField"
