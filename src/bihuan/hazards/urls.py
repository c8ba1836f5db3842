from django.urls import URLPattern, path

from bihuan.hazards.views import boards, detail, lists, notice, papers, steps

app_name = "hazards"
urlpatterns: list[URLPattern] = [
    path("", lists.Ledger.as_view(), name="list"),
    path("general/", lists.GeneralList.as_view(), name="general"),
    path("supervisions/", lists.SupervisionList.as_view(), name="supervisions"),
    path("proposals/", lists.ProposalList.as_view(), name="proposals"),
    path("proposals/<int:pk>/", papers.ProposalPage.as_view(), name="proposal"),
    path("proposals/<int:pk>/letter/", papers.ProposalLetter.as_view(), name="proposal_letter"),
    path("proposals/<int:pk>/adopt/", papers.Adopt.as_view(), name="adopt"),
    path("proposals/<int:pk>/decline/", papers.Decline.as_view(), name="decline"),
    path("zero/", boards.ZeroBoard.as_view(), name="zero"),
    path("statistics/", boards.Statistics.as_view(), name="statistics"),
    path("annex2/", papers.Annex2.as_view(), name="annex2"),
    path("firms/", lists.FindFirm.as_view(), name="find_firm"),
    path("criteria/", lists.FindCriterion.as_view(), name="find_criterion"),
    path("report/", steps.ReportPage.as_view(), name="report"),
    path("<int:pk>/", detail.HazardPage.as_view(), name="detail"),
    path("<int:pk>/notice/", notice.NoticePage.as_view(), name="notice"),
    path("<int:pk>/letter/<str:kind>/", papers.Letter.as_view(), name="letter"),
    path("<int:pk>/<slug:step>/", steps.StepPage.as_view(), name="step"),
]
