"""Addresses of special campaigns."""

from django.urls import path

from bihuan.campaigns.views import acts, campaign, returns

app_name = "campaigns"
urlpatterns = [
    path("", campaign.CampaignList.as_view(), name="list"),
    path("this-week/", returns.ThisWeek.as_view(), name="this_week"),
    path("mechanisms/", campaign.MechanismList.as_view(), name="mechanisms"),
    path("units/<int:pk>/", campaign.OrganiseUnit.as_view(), name="organise"),
    path("returns/", returns.ReturnList.as_view(), name="returns"),
    path("returns/<int:pk>/", returns.ReturnDetail.as_view(), name="return"),
    path("returns/<int:pk>/figures/<str:key>/", returns.FigureRecords.as_view(), name="records"),
    path("returns/<int:pk>/text/", acts.EditNarratives.as_view(), name="narratives"),
    path("returns/<int:pk>/sign/", acts.SignReturn.as_view(), name="sign"),
    path("returns/<int:pk>/send-back/", acts.SendBack.as_view(), name="send_back"),
    path("returns/<int:pk>/accept/", acts.Accept.as_view(), name="accept"),
    path("returns/<int:pk>/correct/", acts.Correct.as_view(), name="correct"),
    path("returns/<int:pk>/remind/", acts.Remind.as_view(), name="remind"),
    path("returns/<int:pk>/ledger/", returns.Ledger.as_view(), name="ledger"),
    path("returns/<int:pk>/compare/", returns.Compare.as_view(), name="compare"),
    path("returns/<int:pk>/print/", returns.PrintReturn.as_view(), name="print"),
    path("returns/<int:pk>/annex1.docx", returns.Annex1Docx.as_view(), name="annex1_docx"),
    path("returns/<int:pk>/annex2.docx", returns.Annex2Docx.as_view(), name="annex2_docx"),
    path("returns/<int:pk>/annex1.xlsx", returns.Annex1Xlsx.as_view(), name="annex1_xlsx"),
    path("returns/<int:pk>/annex2.xlsx", returns.Annex2Xlsx.as_view(), name="annex2_xlsx"),
    path("<int:pk>/", campaign.Cockpit.as_view(), name="detail"),
    path("<int:pk>/summary/", campaign.SummaryDraft.as_view(), name="summary"),
    path("<int:pk>/ranking/", campaign.Ranking.as_view(), name="ranking"),
    path("<int:pk>/mechanisms/new/", campaign.RecordMechanism.as_view(), name="record_mechanism"),
    path("<int:pk>/milestones/<str:key>/", campaign.SubmitMilestone.as_view(), name="milestone"),
]
