"""Addresses of system administration."""

from django.urls import path

from bihuan.administration.views import options, organisations, people, trail

app_name = "administration"
urlpatterns = [
    path("organisations/", organisations.NodeList.as_view(), name="organisations"),
    path("organisations/new/", organisations.NodeNew.as_view(), name="organisation-new"),
    path("organisations/options/", options.UnitOptions.as_view(), name="unit-options"),
    path("organisations/<int:pk>/", organisations.NodePage.as_view(), name="organisation"),
    path("organisations/<int:pk>/move/", organisations.NodeMove.as_view(), name="organisation-move"),
    path("organisations/<int:pk>/close/", organisations.NodeClose.as_view(), name="organisation-close"),
    path("users/", people.PersonList.as_view(), name="users"),
    path("users/new/", people.PersonNew.as_view(), name="user-new"),
    path("users/units/", options.UserUnitOptions.as_view(), name="user-unit-options"),
    path("users/<int:pk>/", people.PersonPage.as_view(), name="user"),
    path("users/<int:pk>/reset/", people.PersonReset.as_view(), name="user-reset"),
    path("users/<int:pk>/close/", people.PersonClose.as_view(), name="user-close"),
    path("users/<int:pk>/reopen/", people.PersonReopen.as_view(), name="user-reopen"),
    path("users/<int:pk>/second-factor/", people.PersonFactor.as_view(), name="user-factor"),
    path("appointments/", people.AppointmentList.as_view(), name="appointments"),
    path("appointments/mine/", people.MyAppointments.as_view(), name="my-appointments"),
    path("appointments/new/", people.Appoint.as_view(), name="appoint"),
    path("appointments/units/", options.AppointUnitOptions.as_view(), name="appoint-unit-options"),
    path("appointments/<int:pk>/", people.AppointmentPage.as_view(), name="appointment"),
    path("appointments/<int:pk>/deputy/", people.Deputy.as_view(), name="deputy"),
    path("appointments/<int:pk>/hand-over/", people.HandOver.as_view(), name="hand-over"),
    path("appointments/<int:pk>/dismiss/", people.Dismiss.as_view(), name="dismiss"),
    path("roles/", trail.RoleCatalogue.as_view(), name="roles"),
    path("trail/", trail.TrailList.as_view(), name="trail"),
    path("trail/verify/", trail.VerifyChain.as_view(), name="verify"),
    path("trail/<int:pk>/", trail.TrailEntryPage.as_view(), name="trail-entry"),
    path("search/", trail.Search.as_view(), name="search"),
]
