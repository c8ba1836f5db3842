from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """Foundation app (附件)."""

    name = "bihuan.foundation.attachments"
    label = "attachments"
    verbose_name = "附件"
    default_auto_field = "django.db.models.BigAutoField"
