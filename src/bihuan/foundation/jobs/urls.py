"""Addresses of one's own jobs."""

from django.urls import URLPattern, path

from bihuan.foundation.jobs import views

app_name = "jobs"
urlpatterns: list[URLPattern] = [
    path("", views.JobList.as_view(), name="list"),
    path("<int:pk>/", views.JobDetail.as_view(), name="detail"),
    path("<int:pk>/bar/", views.JobBar.as_view(), name="bar"),
    path("<int:pk>/cancel/", views.JobCancel.as_view(), name="cancel"),
    path("<int:pk>/result/", views.JobResult.as_view(), name="result"),
]
