"""Safe harbour (自查自改不予处罚): self-found, sealed before anybody else found it, and fixed in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SOURCE = "忻应急发〔2024〕216号 三(一)1：企业自查发现并按期整改的重大事故隐患不予处罚"


@dataclass(frozen=True)
class Harbour:
    """The answer with its reason, to be shown beside the hazard and in the penalty case."""

    barred: bool
    reason: str
    source: str = SOURCE

    def __bool__(self) -> bool:
        return self.barred


def harbour(
    *, origin: str, sealed_at: datetime | None, fixed_at: datetime | None, due_at: datetime | None, paused: bool, open_now: bool, at: datetime
) -> Harbour:
    """Whether a penalty for this hazard is barred at `at`."""
    if origin != "self":
        return Harbour(False, "该隐患不是企业自查发现，不适用自查免罚。")
    if sealed_at is None:
        return Harbour(False, "该隐患由他人代为登记，没有企业自报的封存时间。")
    if sealed_at > at:
        return Harbour(False, "在此时间之前企业尚未自报。")
    if fixed_at is not None and fixed_at <= at:
        if due_at is None or fixed_at <= due_at:
            return Harbour(True, "企业自查发现并按期整改，不予处罚。")
        return Harbour(False, "企业自查发现，但逾期完成整改。")
    if not open_now:
        return Harbour(True, "企业自查发现，已办结。")
    if due_at is not None and due_at < at and not paused:
        return Harbour(False, "企业自查发现，但已逾期未整改。")
    return Harbour(True, "企业自查发现，整改期限内不予处罚。")
