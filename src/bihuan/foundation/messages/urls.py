"""Addresses of to-dos and messages."""

from django.urls import path

from bihuan.foundation.messages import views

app_name = "notices"
urlpatterns = [
    path("", views.NoticeList.as_view(), name="list"),
    path("todos/", views.TodoList.as_view(), name="todos"),
    path("read/", views.ReadAll.as_view(), name="read-all"),
    path("deliveries/", views.DeliveryList.as_view(), name="deliveries"),
    path("<int:pk>/", views.NoticeOpen.as_view(), name="open"),
]
