"""Sign in, sign out, change the password."""

from __future__ import annotations

from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy

from bihuan.foundation.accounts.forms import SignInForm


class SignIn(views.LoginView):
    """The sign-in page; goes back to where the person was, and a form typed before comes back from the browser's draft."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(views.LogoutView):
    """Sign out, by POST."""

    next_page = "accounts:login"


class ChangePassword(views.PasswordChangeView):
    """Change one's own password."""

    template_name = "accounts/change_password.html"
    success_url = reverse_lazy("accounts:password_changed")


class PasswordChanged(views.PasswordChangeDoneView):
    """Confirmation."""

    template_name = "accounts/password_changed.html"


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Shown after too many failures."""
    return render(request, "accounts/locked.html", status=429)
