"""Addresses beneath /documents/."""

from django.urls import path

from bihuan.foundation.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.IssuedCopyList.as_view(), name="list"),
    path("<int:pk>/", views.IssuedCopyFile.as_view(), name="file"),
    path("templates/", views.TemplateList.as_view(), name="templates"),
    path("templates/<str:key>/replace/", views.TemplateReplace.as_view(), name="replace_template"),
    path("templates/<str:key>/restore/", views.TemplateRestore.as_view(), name="restore_template"),
    path(
        "templates/<str:key>/file/", views.TemplateFile.as_view(), {"form": "template"}, name="template_file"
    ),
    path(
        "templates/<str:key>/sample/",
        views.TemplateFile.as_view(),
        {"form": "sample"},
        name="template_sample",
    ),
]
