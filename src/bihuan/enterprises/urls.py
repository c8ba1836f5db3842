from django.urls import path

from bihuan.enterprises.views import detail, importing, lists

app_name = "enterprises"
urlpatterns = [
    path("", lists.EnterpriseList.as_view(), name="list"),
    path("options/", lists.EnterpriseOptions.as_view(), name="options"),
    path("options/supervisors/", lists.SupervisorOptions.as_view(), name="supervisor-options"),
    path("options/divisions/", lists.DivisionOptions.as_view(), name="division-options"),
    path("new/", detail.EnterpriseNew.as_view(), name="new"),
    path("import/", importing.ImportList.as_view(), name="imports"),
    path("import/new/", importing.ImportNew.as_view(), name="import-new"),
    path("import/<int:pk>/", importing.ImportDetail.as_view(), name="import"),
    path("import/<int:pk>/columns/", importing.ImportColumns.as_view(), name="import-columns"),
    path("import/<int:pk>/confirm/", importing.ImportConfirm.as_view(), name="import-confirm"),
    path("import/<int:pk>/drop/", importing.ImportDrop.as_view(), name="import-drop"),
    path("import/<int:pk>/errors/", importing.ImportErrors.as_view(), name="import-errors"),
    path("<int:pk>/", detail.EnterpriseDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", detail.EnterpriseEdit.as_view(), name="edit"),
    path("<int:pk>/transfer/", detail.EnterpriseTransfer.as_view(), name="transfer"),
    path("<int:pk>/tags/add/", detail.TagAdd.as_view(), name="tag-add"),
    path("<int:pk>/tags/<str:code>/end/", detail.TagEnd.as_view(), name="tag-end"),
    path("<int:pk>/key-list/", detail.ListOn.as_view(), name="list-on"),
    path("key-list/<int:pk>/end/", detail.ListOff.as_view(), name="list-off"),
]
