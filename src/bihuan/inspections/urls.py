"""Addresses of inspections."""

from django.urls import path, re_path

from bihuan.inspections.views import problem_lists, visits

app_name = "inspections"
urlpatterns = [
    path("", visits.VisitList.as_view(), name="list"),
    path("start/", visits.StartVisit.as_view(), name="start"),
    path("options/bodies/", visits.BodyOptions.as_view(), name="body-options"),
    path("options/criteria/", visits.CriterionOptions.as_view(), name="criterion-options"),
    path("<int:pk>/", visits.VisitPage.as_view(), name="detail"),
    path("<int:pk>/findings/new/", visits.NewFinding.as_view(), name="finding"),
    path("<int:pk>/list/", problem_lists.MakeList.as_view(), name="make-list"),
    path("<int:pk>/do/<str:step>/", visits.VisitStep.as_view(), name="step"),
    path("lists/<int:pk>/sign/", problem_lists.SignList.as_view(), name="sign"),
    path("lists/<int:pk>/issue/", problem_lists.IssueList.as_view(), name="issue"),
    path("lists/<int:pk>/print/", problem_lists.PrintList.as_view(), name="print"),
    re_path(r"^lists/(?P<pk>\d+)/annex5\.(?P<kind>docx|xlsx)$", problem_lists.ListFile.as_view(), name="annex5"),
]
