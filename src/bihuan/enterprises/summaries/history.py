"""What is read over several records of a firm: its history in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.audit.models import Entry

TITLES = {
    "register": "建档", "import": "批量导入建档", "import_update": "批量导入更新", "update": "更新信息", "transfer": "调整牵头监管单位",
    "pairing": "结对帮扶变更", "tag_auto": "目录自动判定风险特征", "tag_add": "增加风险特征", "tag_end": "取消风险特征",
    "list": "列入重点名单", "delist": "移出重点名单", "grade": "风险分级", "reveal": "查看联系电话",
    "site": "登记场所", "party": "登记场所关系", "agreement": "登记安全管理协议", "party_end": "结束场所关系",
    "equipment": "登记工艺装备", "equipment_end": "淘汰工艺装备", "phase_out": "淘汰目录核对", "pipeline": "登记煤气管道",
    "pipeline_event": "煤气管道记录", "pipeline_plan": "煤气管道更换计划",
}  # fmt: skip
COUNTED = ("id", "supervisor", "tags")


@dataclass(frozen=True)
class Line:
    """One line of the timeline component."""

    at: datetime
    who: str
    title: str
    text: str
    state: str = "done"


def _changes(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    names = {f.name: str(f.verbose_name) for f in Enterprise._meta.fields}
    old, new = before or {}, after or {}
    parts = [f"{names[k]} {_shown(k, old.get(k))}→{_shown(k, v)}" for k, v in new.items() if k in names and k in old and k not in COUNTED]
    return "；".join(parts)


def _shown(key: str, value: Any) -> str:
    if value in (None, "", []):
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    column: Any = Enterprise._meta.get_field(key)
    return str(dict(column.choices or ()).get(value, value))


def history_lines(enterprise: Enterprise, *, limit: int = 30) -> list[Line]:
    """The latest acts on the firm's file, newest first."""
    entries = Entry.objects.of(enterprise).order_by("-seq")[:limit]
    return [
        Line(
            at=entry.at, who=entry.actor_name, title=TITLES.get(entry.action.removeprefix("enterprises."), entry.action),
            text="；".join(part for part in (_changes(entry.before, entry.after), entry.note) if part),
        )
        for entry in entries
    ]  # fmt: skip
