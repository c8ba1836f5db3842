"""Five-part plan (五落实: 责任、措施、资金、时限、预案) and its responsibility chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

PARTS: tuple[tuple[str, str, str], ...] = (
    ("responsibility", "责任", "plan_person"),
    ("measure", "措施", "plan_measures"),
    ("money", "资金", "plan_amount_fen"),
    ("deadline", "时限", "plan_due_on"),
    ("contingency", "预案", "plan_contingency"),
)
SOURCE = "忻应急发〔2024〕216号 附件2 说明；城政发〔2023〕1号 二(八)"


def missing_parts(values: Mapping[str, object]) -> list[str]:
    """Titles of the parts that are empty; an amount of 0 is an amount."""
    return [title for _, title, field in PARTS if values.get(field) in (None, "")]


def missing_owners(owners: Mapping[str, str]) -> list[str]:
    """Titles of the parts without a named owner (晋市应急工贸发〔2025〕39号 四(十八))."""
    return [title for key, title, _ in PARTS if not str(owners.get(key, "")).strip()]


def due_fault(due_on: date, today: date, limit: date | None) -> str | None:
    """Chinese fault of the plan's time limit, or None."""
    if due_on < today:
        return f"方案完成时限不能早于今天（{today.isoformat()}）。"
    if limit is not None and due_on > limit:
        return f"方案完成时限不能晚于整改期限 {limit.isoformat()}；确需延长的，方案核准后申请延期。"
    return None
