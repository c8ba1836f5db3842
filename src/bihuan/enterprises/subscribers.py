"""Reactions to changes of the file: the grade follows at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.enterprises import events
from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.services.grading import grade_firms
from bihuan.foundation.lib.events import subscribe


@subscribe(events.REGISTERED)
def grade_new(*, enterprise: Enterprise, at: datetime, **_: Any) -> None:
    """A new file is graded."""
    grade_firms([enterprise], at=at, reason="建档")


@subscribe(events.UPDATED)
def grade_changed(*, enterprise: Enterprise, at: datetime, **_: Any) -> None:
    """A changed file is graded anew."""
    grade_firms([enterprise], at=at, reason="信息变更")


@subscribe(events.TENANT_WITHOUT_AGREEMENT)
@subscribe(events.AGREEMENT_SIGNED)
def grade_site(*, enterprise: Enterprise, at: datetime, **_: Any) -> None:
    """Agreements count for the landlord."""
    grade_firms([enterprise], at=at, reason="场所安全协议变化")


@subscribe(events.REGISTERED_MANY)
@subscribe(events.UPDATED_MANY)
def grade_many(*, enterprises: list[Enterprise], at: datetime, **_: Any) -> None:
    """Imported files are graded with the import."""
    for start in range(0, len(enterprises), 500):
        grade_firms(enterprises[start : start + 500], at=at, reason="批量导入")
