"""Penalties and orders for tests, registered through the services."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bihuan.enforcement.models import Order, PenaltyDecision
from bihuan.enforcement.services import issue_order, record_penalty
from bihuan.enterprises.tests.factories import AT
from bihuan.inspections.tests.factories import Stage

WAN = 1_000_000


def penalty(stage: Stage, who: str = "county_officer", *, at: datetime = AT, **parts: Any) -> PenaltyDecision:
    """3万元 on the firm under 安全生产法 102, unless said otherwise."""
    values: dict[str, Any] = {
        "enterprise": stage.firm, "target": "firm", "violation": "未采取措施消除事故隐患", "basis_code": "PEN-102", "amount_fen": 3 * WAN,
        "decided_at": at, "body": stage.people.county,
    } | parts  # fmt: skip
    return record_penalty(stage.actor(who), at=at, **values)


def order(stage: Stage, who: str = "county_officer", *, at: datetime = AT, **parts: Any) -> Order:
    """An order to rectify within ten days, unless said otherwise."""
    values: dict[str, Any] = {
        "enterprise": stage.firm, "kind": "rectify", "content": "责令限期整改除尘系统", "issued_at": at, "due_at": at + timedelta(days=10),
        "body": stage.people.county,
    } | parts  # fmt: skip
    return issue_order(stage.actor(who), at=at, **values)
