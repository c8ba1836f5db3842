"""Addresses of assistance."""

from django.urls import path

from bihuan.assistance import views

app_name = "assistance"
urlpatterns = [
    path("benchmarks/", views.BenchmarkList.as_view(), name="benchmarks"),
    path("benchmarks/new/", views.NewBenchmark.as_view(), name="benchmark-new"),
    path("benchmarks/<int:pk>/", views.BenchmarkPage.as_view(), name="benchmark"),
    path("benchmarks/<int:pk>/end/", views.EndBenchmark.as_view(), name="benchmark-end"),
    path("pairings/", views.PairingList.as_view(), name="pairings"),
    path("pairings/new/", views.NewPairing.as_view(), name="pairing-new"),
    path("pairings/<int:pk>/", views.PairingPage.as_view(), name="pairing"),
    path("pairings/<int:pk>/end/", views.EndPairing.as_view(), name="pairing-end"),
    path("service-visits/", views.ServiceVisitList.as_view(), name="service-visits"),
    path("service-visits/new/", views.NewServiceVisit.as_view(), name="service-visit-new"),
    path("service-visits/<int:pk>/", views.ServiceVisitPage.as_view(), name="service-visit"),
]
