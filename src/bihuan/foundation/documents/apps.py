"""Documents (文书): docx, xlsx and PDF engine, document numbers, issued copies."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from bihuan.foundation.access.registry import register_capabilities
from bihuan.foundation.documents.permissions import CAPABILITIES


class DocumentsConfig(AppConfig):
    """Foundation app (文书)."""

    name = "bihuan.foundation.documents"
    label = "documents"
    verbose_name = "文书"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the capabilities; import each app's `documents` package, which registers its templates."""
        register_capabilities(CAPABILITIES)
        autodiscover_modules("documents")
