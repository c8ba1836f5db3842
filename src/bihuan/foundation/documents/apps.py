"""Documents (文书): docx, xlsx and PDF engine, document numbers, issued copies."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from bihuan.foundation.access.registry import register_capabilities
from bihuan.foundation.documents.permissions import CAPABILITIES
from bihuan.foundation.web import nav


class DocumentsConfig(AppConfig):
    """Foundation app (文书)."""

    name = "bihuan.foundation.documents"
    label = "documents"
    verbose_name = "文书"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the capabilities; import each app's `documents` package, which registers its templates."""
        register_capabilities(CAPABILITIES)
        nav.register(
            nav.NavItem("部署与调度", "已发文书", "documents:list", "documents.view", "file-text", order=80)
        )
        autodiscover_modules("documents")
