"""Writing the ledgers."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require_at
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Conflict, Problem
from bihuan.foundation.lib.times import local_date
from bihuan.registers.expenses import expense_rules
from bihuan.registers.models import EquipmentTest, ExpensePlan, PpeIssue, SafetyExpense
from bihuan.registers.rules import extraction, outside


def set_plan(actor: Actor, enterprise: Enterprise, *, year: int, revenue_fen: int, extracted_fen: int, at: datetime) -> ExpensePlan:
    """Note what was set aside for a year; what was due follows from last year's revenue and the sector's tiers."""
    require_at(actor, "registers.edit", enterprise.organisation_id)
    tiers = expense_rules().tiers.get(enterprise.sector)
    if tiers is None:
        raise Problem("registers.no_tiers", f"{enterprise.get_sector_display()}行业没有录入提取标准，请先由法规人员补充数据包。", field="year")
    with transaction.atomic():
        due = extraction(revenue_fen, tiers)
        plan, _ = ExpensePlan.objects.update_or_create(
            enterprise=enterprise, year=year, defaults={"revenue_fen": revenue_fen, "due_fen": due, "extracted_fen": extracted_fen}
        )
        record(actor, "registers.plan", plan, at=at, after={"year": year, "revenue": revenue_fen, "due": due, "extracted": extracted_fen})
    return plan


def note_expense(
    actor: Actor, enterprise: Enterprise, *, on: date, category: str, amount_fen: int, purpose: str, at: datetime, voucher: str = ""
) -> SafetyExpense:
    """Enter a spending; one outside the allowed purposes is kept and flagged, never refused silently."""
    require_at(actor, "registers.edit", enterprise.organisation_id)
    if on > local_date(at):
        raise Problem("registers.future", "支出日期不能晚于今天。", field="on")
    with transaction.atomic():
        row: SafetyExpense = SafetyExpense.objects.create(
            enterprise=enterprise, on=on, category=category, amount_fen=amount_fen, purpose=purpose, voucher=voucher,
            flag=outside(category, expense_rules()) or "",
        )  # fmt: skip
        record(actor, "registers.expense", row, at=at, after={"category": category, "amount": amount_fen, "flag": row.flag})
    return row


def issue_ppe(
    actor: Actor, enterprise: Enterprise, *, person: str, post: str, item: str, issued_on: date, replace_by: date, at: datetime, quantity: int = 1
) -> PpeIssue:
    """Hand out protective equipment; the same item of the same person that was open counts as replaced."""
    require_at(actor, "registers.edit", enterprise.organisation_id)
    if replace_by <= issued_on:
        raise Problem("registers.replace_by", "更换日期须晚于发放日期。", field="replace_by")
    with transaction.atomic():
        open_rows = PpeIssue.objects.filter(enterprise=enterprise, person=person, item=item, replaced_on__isnull=True, issued_on__lte=issued_on)
        for old in open_rows:
            old.replaced_on = issued_on
            old.save(update_fields=["replaced_on"])
            record(actor, "registers.ppe_replaced", old, at=at, after={"replaced_on": issued_on})
        row: PpeIssue = PpeIssue.objects.create(
            enterprise=enterprise, person=person, post=post, item=item, quantity=quantity, issued_on=issued_on, replace_by=replace_by
        )
        record(actor, "registers.ppe", row, at=at, after={"person": person, "item": item, "replace_by": replace_by})
    return row


def note_test(
    actor: Actor, enterprise: Enterprise, *, asset: str, kind: str, tested_on: date, next_due: date, at: datetime, number: str = ""
) -> EquipmentTest:
    """Enter a test with the day of the next one; a later test of the same asset replaces the earlier one's due date."""
    require_at(actor, "registers.edit", enterprise.organisation_id)
    if next_due <= tested_on:
        raise Problem("registers.next_due", "下次检测日期须晚于检测日期。", field="next_due")
    with transaction.atomic():
        known = EquipmentTest.objects.select_for_update().filter(enterprise=enterprise, asset=asset, number=number, kind=kind).first()
        if known is not None and known.tested_on > tested_on:
            raise Conflict("registers.older_test", f"已登记 {known.tested_on} 的检测，不能再登记更早的。", field="tested_on")
        row = known or EquipmentTest(enterprise=enterprise, asset=asset, number=number, kind=kind)
        before = {"tested_on": known.tested_on, "next_due": known.next_due} if known else None
        row.tested_on, row.next_due = tested_on, next_due
        row.save()
        record(actor, "registers.test", row, at=at, before=before, after={"tested_on": tested_on, "next_due": next_due})
    return row
