"""Tables in attachments: task lists (任务分工表) and shares by place (分解表, 交叉检查安排表)."""

import re
from dataclasses import dataclass

from .model import Share
from .numerals import number
from .paragraphs import Block, Cell
from .quantities import PLACE

_TASK = re.compile(r"任务|措施|工作内容|事项|举措|整治内容|工作要求")
_OWNER = re.compile(r"责任|牵头|实施单位|承办|主体|落实单位")
_DUE = re.compile(r"时限|完成时间|时间节点|时间要求|进度")
_NUMERIC = re.compile(r"数|家|任务|指标|目标|计划")
_PLACE_HEAD = re.compile(r"县|市|区|州|旗|地区|单位|检查方|属地")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One row of a task list: what, by whom, until when; offsets span the row from the task on."""

    task: Cell
    owner: str
    due: str
    start: int
    end: int


def task_rows(block: Block) -> list[TaskRow]:
    """Return the tasks of a table whose head names tasks and their owner or due date; else nothing."""
    if len(block.rows) < 2:
        return []
    head = [cell.text for cell in block.rows[0]]
    task = _column(head, _TASK)
    owner, due = _column(head, _OWNER), _column(head, _DUE)
    if task is None or (owner is None and due is None):
        return []
    out: list[TaskRow] = []
    last_owner = ""
    for row in block.rows[1:]:
        if task >= len(row) or len(row[task].text) < 6:
            continue
        last_owner = _cell(row, owner) or last_owner
        end = max(cell.end for cell in row[task:])
        out.append(TaskRow(row[task], last_owner, _cell(row, due), row[task].start, end))
    return out


def _column(head: list[str], pattern: re.Pattern[str]) -> int | None:
    return next((i for i, text in enumerate(head) if pattern.search(text) and len(text) <= 12), None)


def _cell(row: list[Cell], index: int | None) -> str:
    return row[index].text if index is not None and index < len(row) else ""


def shares(block: Block) -> tuple[Share, ...]:
    """Return shares by place: a place and a number, or two places (检查方 and 受检方) in each row."""
    if len(block.rows) < 3:
        return ()
    head = [cell.text for cell in block.rows[0]]
    place = _column(head, _PLACE_HEAD)
    if place is None:
        return ()
    paired = next(
        (
            i
            for i, text in enumerate(head)
            if i != place and _PLACE_HEAD.search(text) and _all_places(block, i)
        ),
        None,
    )
    counted = next(
        (i for i, text in enumerate(head) if i != place and _NUMERIC.search(text) and "序" not in text), None
    )
    out: list[Share] = []
    for row in block.rows[1:]:
        name = _cell(row, place)
        if not re.fullmatch(PLACE, name):
            continue
        if paired is not None:
            out.append(Share(name, 1.0, f"{head[paired]}：{_cell(row, paired)}"))
        elif counted is not None and (value := number(_cell(row, counted) or "x")) is not None:
            out.append(Share(name, value, head[counted]))
    return tuple(out) if len(out) > 1 else ()


def _all_places(block: Block, index: int) -> bool:
    return all(re.fullmatch(PLACE, _cell(row, index)) for row in block.rows[1:])
