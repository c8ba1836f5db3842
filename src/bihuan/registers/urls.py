from django.urls import path

from bihuan.registers import views

app_name = "registers"
urlpatterns = [
    path("expenses/", views.ExpenseList.as_view(), name="expenses"),
    path("ppe/", views.PpeList.as_view(), name="ppe"),
    path("tests/", views.TestList.as_view(), name="tests"),
    path("enterprises/<int:pk>/plan/", views.PlanNew.as_view(), name="plan-new"),
    path("enterprises/<int:pk>/expense/", views.ExpenseNew.as_view(), name="expense-new"),
    path("enterprises/<int:pk>/ppe/", views.PpeNew.as_view(), name="ppe-new"),
    path("enterprises/<int:pk>/test/", views.TestNew.as_view(), name="test-new"),
]
