"""Addresses of the first pages."""

from django.urls import path

from bihuan.reporting import views

app_name = "reporting"
urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("cockpit/", views.Cockpit.as_view(), name="cockpit"),
    path("workbench/", views.Workbench.as_view(), name="workbench"),
]
