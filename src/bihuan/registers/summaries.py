"""What is flagged or overdue, for the one-firm page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Sum

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.times import local_date
from bihuan.registers.expenses import expense_rules
from bihuan.registers.models import EquipmentTest, ExpensePlan, PpeIssue, SafetyExpense


def panel_context(actor: Actor, enterprise: Enterprise, at: datetime) -> dict[str, Any]:
    """This year's fund and spending, flagged spending, what is past its date."""
    day = local_date(at)
    spent = SafetyExpense.objects.filter(enterprise=enterprise, on__year=day.year)
    titles = expense_rules().categories
    return {
        "plan": ExpensePlan.objects.filter(enterprise=enterprise, year=day.year).first(), "spent": spent.aggregate(n=Sum("amount_fen"))["n"] or 0,
        "expenses": [(row, titles.get(row.category, "范围外")) for row in spent[:10]], "flagged": list(spent.flagged()),
        "ppe": PpeIssue.objects.filter(enterprise=enterprise).past_replacement(day),
        "tests": EquipmentTest.objects.filter(enterprise=enterprise).past_test(day),
        "may_edit": actor.holds("registers.edit", enterprise.organisation_id), "year": day.year,
    }  # fmt: skip
