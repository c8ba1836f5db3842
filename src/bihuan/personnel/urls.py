from django.urls import path

from bihuan.personnel import views

app_name = "personnel"
urlpatterns = [
    path("enterprises/<int:pk>/appoint/", views.Appoint.as_view(), name="appoint"),
    path("<int:pk>/end/", views.End.as_view(), name="end"),
]
