"""Addresses of enforcement."""

from django.urls import path

from bihuan.enforcement.views import acts, orders, penalties

app_name = "enforcement"
urlpatterns = [
    path("penalties/", penalties.PenaltyList.as_view(), name="penalties"),
    path("penalties/new/", penalties.NewPenalty.as_view(), name="penalty-new"),
    path("penalties/<int:pk>/", penalties.PenaltyPage.as_view(), name="penalty"),
    path("penalties/<int:pk>/void/", acts.VoidPenalty.as_view(), name="penalty-void"),
    path("orders/", orders.OrderList.as_view(), name="orders"),
    path("orders/new/", orders.NewOrder.as_view(), name="order-new"),
    path("orders/<int:pk>/", orders.OrderPage.as_view(), name="order"),
    path("orders/<int:pk>/lift/", orders.LiftOrder.as_view(), name="order-lift"),
    path("orders/<int:pk>/void/", acts.VoidOrder.as_view(), name="order-void"),
    path("options/hazards/", acts.HazardOptions.as_view(), name="hazard-options"),
    path("options/bands/", acts.BandOptions.as_view(), name="band-options"),
]
