"""Addresses of sign-in."""

from django.urls import path

from bihuan.foundation.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("password/", views.ChangePassword.as_view(), name="password"),
    path("password/done/", views.PasswordChanged.as_view(), name="password_changed"),
]
