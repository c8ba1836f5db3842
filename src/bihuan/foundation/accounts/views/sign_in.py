"""Sign in, with a second factor where there is one; sign out; the session's time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login, views
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from bihuan.foundation.access.middleware import HOME_KEY
from bihuan.foundation.access.pages import PUBLIC, SIGNED_IN, FormPage, Page
from bihuan.foundation.accounts import services
from bihuan.foundation.accounts.forms import SignInForm, SpareCodeForm
from bihuan.foundation.accounts.lockout import is_locked, note_failure
from bihuan.foundation.accounts.middleware import prolong, seconds_left
from bihuan.foundation.accounts.models import SecondFactor, User
from bihuan.foundation.lib.problems import NotFound, Problem
from bihuan.foundation.lib.times import utc_now

PENDING = "second_factor_of"
PENDING_TIME = timedelta(minutes=5)


class SignIn(views.LoginView):
    """The sign-in page; goes back to where the person was, and a form typed before comes back from the browser's draft."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Name and password are right: sign in, or ask for the second factor first."""
        user: User = form.get_user()
        if not SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists():
            return super().form_valid(form)
        self.request.session.cycle_key()
        self.request.session[PENDING] = {"user": user.pk, "backend": user.backend, "at": utc_now().timestamp(), "next": self.get_success_url()}
        return HttpResponseRedirect(reverse("accounts:code"))


class SecondStep(FormPage):
    """动态口令: the second step of signing in, within five minutes of the first."""

    capability = PUBLIC
    heading = "动态口令"
    template_name = "accounts/second_step.html"
    form_class = SpareCodeForm
    submit_title = "登录"

    def pending(self) -> tuple[User, dict[str, Any]]:
        """Who is signing in; a Problem sends back to the first step."""
        kept = self.request.session.get(PENDING)
        user = User.objects.filter(pk=kept["user"], is_active=True).first() if kept else None
        if user is None or kept is None or self.at - datetime.fromtimestamp(kept["at"], self.at.tzinfo) > PENDING_TIME:
            self.request.session.pop(PENDING, None)
            raise Problem("accounts.sign_in_again", "登录已超时，请重新输入登录名和密码。", status=409)
        return user, kept

    def check_object(self) -> None:
        """Only in the middle of signing in."""
        self.pending()

    def act(self, form: Any) -> HttpResponseBase:
        """Check the digits; failures count towards the lock-out."""
        user, kept = self.pending()
        if is_locked(self.request, user.username):
            return locked_out(self.request)
        if not services.check_second_factor(user, code=form.cleaned_data["code"], at=self.at):
            note_failure(self.request, user.username)
            raise Problem("accounts.wrong_code", "动态口令不正确或已用过，请等下一组数字。连续输错会锁定账号。", field="code")
        del self.request.session[PENDING]
        login(self.request, user, backend=kept["backend"])
        target = kept["next"]
        safe = url_has_allowed_host_and_scheme(target, {self.request.get_host()})
        return HttpResponseRedirect(target if safe else resolve_url(settings.LOGIN_REDIRECT_URL))

    def get_cancel_url(self) -> str:
        """Back to the first step."""
        return reverse("accounts:login")


class SignOut(views.LogoutView):
    """Sign out, by POST."""

    next_page = "accounts:signed_out"


class SignedOut(Page):
    """What was typed and not sent is cleared from this browser: the next person at this machine must not find it."""

    capability = PUBLIC
    heading = "已退出"
    template_name = "accounts/signed_out.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Show it."""
        return self.render()


class SessionTime(Page):
    """How long the session lasts (GET, does not prolong it); 继续使用 (POST)."""

    capability = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Seconds left."""
        return JsonResponse({"seconds": seconds_left(request)})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Prolong it."""
        prolong(request, at_once=True)
        return JsonResponse({"seconds": seconds_left(request)})


class ChooseOrganisation(Page):
    """Work for another of one's organisations."""

    capability = SIGNED_IN

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Keep the choice in the session."""
        wanted = request.POST.get("organisation", "")
        if not wanted.isdecimal() or int(wanted) not in {a.organisation_id for a in self.actor.assignments}:
            raise NotFound("accounts.not_my_organisation", "没有找到该单位，或您不在该单位任职。")
        request.session[HOME_KEY] = int(wanted)
        back = request.POST.get("next", "")
        return self.go_to(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Shown after too many failures."""
    return render(request, "accounts/locked.html", {"hours": settings.AXES_COOLOFF_TIME}, status=429)
