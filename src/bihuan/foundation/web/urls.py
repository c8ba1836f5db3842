"""Addresses of the interface itself."""

from django.urls import path

from .gallery import gallery

app_name = "web"
urlpatterns = [path("_ui/", gallery, name="gallery")]
