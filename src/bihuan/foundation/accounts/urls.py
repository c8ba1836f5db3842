"""Addresses of sign-in and of one's own account."""

from django.urls import path

from bihuan.foundation.accounts.views import own, sign_in

app_name = "accounts"
urlpatterns = [
    path("login/", sign_in.SignIn.as_view(), name="login"),
    path("login/code/", sign_in.SecondStep.as_view(), name="code"),
    path("logout/", sign_in.SignOut.as_view(), name="logout"),
    path("signed-out/", sign_in.SignedOut.as_view(), name="signed_out"),
    path("session/", sign_in.SessionTime.as_view(), name="session"),
    path("organisation/", sign_in.ChooseOrganisation.as_view(), name="organisation"),
    path("me/", own.Me.as_view(), name="me"),
    path("password/", own.ChangePassword.as_view(), name="password"),
    path("second-factor/on/", own.SecondFactorOn.as_view(), name="factor-on"),
    path("second-factor/off/", own.SecondFactorOff.as_view(), name="factor-off"),
    path("tokens/", own.TokenList.as_view(), name="tokens"),
    path("tokens/new/", own.TokenNew.as_view(), name="token-new"),
    path("tokens/<int:pk>/revoke/", own.TokenRevoke.as_view(), name="token-revoke"),
]
