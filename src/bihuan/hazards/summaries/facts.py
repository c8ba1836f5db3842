"""Facts about a firm's hazards for its risk grade (风险等级)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count

from bihuan.hazards.models import Hazard


def open_majors(ids: Iterable[int], at: datetime) -> dict[int, int]:
    """Confirmed major hazards not closed yet, by enterprise id; firms without any are left out. One query."""
    rows = Hazard.objects.counted().confirmed().major().open().filter(enterprise_id__in=list(ids))
    return dict(rows.order_by().values_list("enterprise_id").annotate(n=Count("pk")))


def overdue_hazards(ids: Iterable[int], at: datetime) -> dict[int, int]:
    """Hazards of any level past their time limit at `at`, by enterprise id. One query."""
    rows = Hazard.objects.counted().overdue(at).filter(enterprise_id__in=list(ids))
    return dict(rows.order_by().values_list("enterprise_id").annotate(n=Count("pk")))
