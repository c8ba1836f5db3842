from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Foundation app (文书)."""

    name = "bihuan.foundation.documents"
    label = "documents"
    verbose_name = "文书"
    default_auto_field = "django.db.models.BigAutoField"
