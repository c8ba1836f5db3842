"""Root addresses: each app brings its own."""

from django.urls import include, path

from bihuan.config.api import api

urlpatterns = [
    path("api/", api.urls),
    path("", include("bihuan.foundation.web.urls")),
    path("accounts/", include("bihuan.foundation.accounts.urls")),
    path("files/", include("bihuan.foundation.attachments.urls")),
    path("messages/", include("bihuan.foundation.messages.urls")),
    path("jobs/", include("bihuan.foundation.jobs.urls")),
    path("documents/", include("bihuan.foundation.documents.urls")),
    path("figures/", include("bihuan.foundation.figures.urls")),
    path("reference/", include("bihuan.reference.urls")),
    path("enterprises/", include("bihuan.enterprises.urls")),
    path("personnel/", include("bihuan.personnel.urls")),
    path("registers/", include("bihuan.registers.urls")),
    path("hazards/", include("bihuan.hazards.urls")),
    path("inspections/", include("bihuan.inspections.urls")),
    path("enforcement/", include("bihuan.enforcement.urls")),
    path("assistance/", include("bihuan.assistance.urls")),
    path("campaigns/", include("bihuan.campaigns.urls")),
    path("administration/", include("bihuan.administration.urls")),
    path("", include("bihuan.reporting.urls")),
]
