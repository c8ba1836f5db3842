from django.urls import URLPattern, path

from bihuan.reference import views

app_name = "reference"
urlpatterns: list[URLPattern] = [
    path("criteria/", views.CriteriaList.as_view(), name="criteria"),
    path("criteria/new/", views.NewCriterion.as_view(), name="new-criterion"),
    path("criteria/<int:pk>/", views.CriterionPage.as_view(), name="criterion"),
    path("criteria/<int:pk>/revise/", views.CriterionEditor.as_view(), name="revise"),
    path("criteria/<int:pk>/retire/", views.CriterionRetire.as_view(), name="retire"),
    path("divisions/", views.DivisionList.as_view(), name="divisions"),
    path("industries/", views.IndustryList.as_view(), name="industries"),
]
