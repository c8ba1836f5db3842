from django.urls import URLPattern, path

from bihuan.foundation.attachments import views

app_name = "attachments"
urlpatterns: list[URLPattern] = [
    path("<int:pk>/", views.FileView.as_view(), name="file"),
    path("<int:pk>/thumb/", views.ThumbnailView.as_view(), name="thumb"),
    path("<int:pk>/original/", views.OriginalView.as_view(), name="original"),
]
