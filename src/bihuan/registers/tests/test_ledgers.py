"""Safety expenses, protective equipment and tests."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.enterprises.tests.conftest import people, stage  # noqa: F401
from bihuan.enterprises.tests.factories import AT, Stage
from bihuan.foundation.lib.problems import NotFound, Problem
from bihuan.registers.expenses import expense_rules
from bihuan.registers.models import EquipmentTest, PpeIssue, SafetyExpense
from bihuan.registers.rules import FEN_PER_WAN, extraction
from bihuan.registers.services import issue_ppe, note_expense, note_test, set_plan

DAY = date(2025, 1, 6)


def page(stage: Stage, name: str, address: str) -> str:  # noqa: F811
    client = Client()
    client.force_login(stage.people.user[name], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(address).content.decode()


def test_each_band_counts_at_its_own_rate() -> None:
    tiers = expense_rules().tiers["machinery"]
    assert extraction(1000 * FEN_PER_WAN, tiers) == 235 * FEN_PER_WAN // 10
    assert extraction(2000 * FEN_PER_WAN, tiers) == (235 + 125) * FEN_PER_WAN // 10
    assert extraction(0, tiers) == 0


@pytest.mark.django_db
@pytest.mark.requirement("L22-031")
def test_spending_outside_the_categories_is_flagged_and_what_is_due_follows_the_rule(stage: Stage) -> None:  # noqa: F811
    officer = stage.people.actor("county_officer")
    plan = set_plan(officer, stage.firm, year=2025, revenue_fen=1000 * FEN_PER_WAN, extracted_fen=20 * FEN_PER_WAN, at=AT)
    assert plan.short_fen == 35 * FEN_PER_WAN // 10
    note_expense(officer, stage.firm, on=DAY, category="training", amount_fen=50_000, purpose="班组长培训", at=AT)
    wrong = note_expense(officer, stage.firm, on=DAY, category="none", amount_fen=80_000, purpose="职工年终福利", at=AT)
    assert list(SafetyExpense.objects.all().flagged()) == [wrong]
    assert "不属于安全生产费用使用范围" in wrong.flag
    listed = page(stage, "county_officer", reverse("registers:expenses"))
    assert "职工年终福利" in listed
    assert "班组长培训" not in listed
    with pytest.raises(Problem, match="不能晚于今天"):
        note_expense(officer, stage.firm, on=date(2025, 1, 7), category="training", amount_fen=1, purpose="x", at=AT)
    with pytest.raises(NotFound):
        note_expense(stage.people.actor("sibling_officer"), stage.firm, on=DAY, category="training", amount_fen=1, purpose="x", at=AT)


@pytest.mark.django_db
@pytest.mark.requirement("L22-032")
def test_what_is_past_its_date_is_listed_by_person_and_asset(stage: Stage) -> None:  # noqa: F811
    officer = stage.people.actor("county_officer")
    given = {"post": "打磨工", "at": AT}
    issue_ppe(officer, stage.firm, person="李强", item="防尘口罩", issued_on=date(2024, 10, 1), replace_by=date(2025, 1, 1), **given)
    issue_ppe(officer, stage.firm, person="王芳", item="防尘口罩", issued_on=date(2024, 12, 1), replace_by=date(2025, 3, 1), **given)
    note_test(officer, stage.firm, asset="2#行车", number="HC-02", kind="定期检验", tested_on=date(2023, 1, 1), next_due=date(2025, 1, 1), at=AT)
    assert [row.person for row in PpeIssue.objects.all().past_replacement(DAY)] == ["李强"]
    assert [row.asset for row in EquipmentTest.objects.all().past_test(DAY)] == ["2#行车"]
    assert "李强" in page(stage, "county_officer", reverse("registers:ppe"))
    assert "2#行车" in page(stage, "county_officer", reverse("registers:tests"))
    assert "李强（打磨工）防尘口罩" in page(stage, "county_officer", stage.firm.get_absolute_url())
    assert "李强" not in page(stage, "sibling_officer", reverse("registers:ppe"))
    issue_ppe(officer, stage.firm, person="李强", item="防尘口罩", issued_on=DAY, replace_by=date(2025, 4, 6), **given)
    assert not PpeIssue.objects.all().past_replacement(DAY).exists()
    note_test(officer, stage.firm, asset="2#行车", number="HC-02", kind="定期检验", tested_on=DAY, next_due=date(2027, 1, 6), at=AT)
    assert not EquipmentTest.objects.all().past_test(DAY).exists()
