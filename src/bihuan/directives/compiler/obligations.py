"""A draft → an obligation: its fields, each with the rule and words that gave it, and the confidence."""

import re
from dataclasses import dataclass, replace

from . import conditions, dates, kinds, quantities
from .actors import Roles
from .duties import Draft
from .model import Obligation, Reason
from .paragraphs import Block
from .parts import Part
from .responsible import Flow, leading, responsible
from .tree import Clause

_FRAME_WORDS = re.compile(
    r"^(?:[一二三四五六七八九十]{1,2}是|并且?|同时|要|应当?|必须|务必|须|请|于|还|也|都|，|、)+"
)
_HANDED_IN = re.compile(r"汇总|上报|填报|报送|更新")
_UNSURE_CUTS = ("另一对象", "另一成果", "另一项工作", "要/应/必须另起")


@dataclass(frozen=True, slots=True)
class Assignment:
    """（责任单位：…；完成时限：…）printed after a clause."""

    owners: tuple[str, ...]
    due: dates.Deadline | None
    words: str


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a draft stands: its clause and paragraph, and what holds for the whole clause."""

    source: str
    clause: Clause
    block: Block
    masked: str
    roles: Roles
    flow: Flow
    phase: dates.Deadline | None = None
    goal: bool = False
    theme: conditions.Found = conditions.NOTHING
    assigned: "Assignment | None" = None


@dataclass(frozen=True, slots=True)
class _When:
    """The time fields of an obligation."""

    deadline: dates.Deadline | None
    period: dates.Period | None
    text: str | None
    staged: bool


def obligation(draft: Draft, at: Setting) -> Obligation:
    """Fill in the fields of one obligation (without its number)."""
    cores = draft.group.cores
    start, end = at.block.folded.span(draft.start, draft.end)
    text = at.block.text[draft.start : draft.end]
    hidden = text if draft.host else at.masked[draft.start : draft.end]
    if draft.label:
        at.flow.label = draft.label
    why = [Reason("text", draft.group.cut, text[:12])]
    actors, stated, who = responsible(draft, at.flow, at.roles, at.goal)
    if at.assigned and at.assigned.owners and not stated:
        actors, stated = at.assigned.owners, True
        who = [Reason("actors", "条款后注明的责任单位", at.assigned.words)]
    when = _when(draft, at)
    if at.clause.region == "note" and when.period and _HANDED_IN.search(hidden):
        cores = [replace(cores[0], reporting=when.period.text), *cores[1:]]
    quantity = quantities.quantities(text, hidden)
    shares = quantities.breakdown(text, hidden)
    named = leading(draft.group.parts)
    if named:
        at.flow.conditions = conditions.named_in(named.words)
    found = conditions.applies_to(
        text, "".join(at.clause.titles[-1:]), at.flow.label, at.flow.conditions, at.theme
    )
    codes = tuple(found.words)
    verdict = kinds.kind(
        cores,
        hidden,
        actors,
        when.deadline.day if when.deadline else None,
        when.period.text if when.period else None,
        quantity,
    )
    if verdict.value == "quota" and shares and at.roles.issuer not in actors:
        actors = (at.roles.issuer, *actors)
    force = kinds.strength(cores)
    why += [
        *who,
        *_time_reasons(when),
        *(Reason("applies_to", c, w) for c, w in found.words.items()),
    ]
    why += [Reason("quantity", q.bound, f"{q.value:g}{q.unit}") for q in quantity]
    why += [Reason("kind", verdict.rule, verdict.words), Reason("strength", force.rule, force.words)]
    confidence, reason = _confidence(draft, stated, verdict.rule, when)
    return Obligation(
        id="",
        text=at.source[start:end],
        start=start,
        end=end,
        section=at.clause.number,
        section_path=at.clause.path,
        actors=actors,
        action=_action(cores),
        kind=verdict.value,
        strength=force.value,
        deadline=when.deadline.day if when.deadline else None,
        deadline_text=when.text,
        deadline_rule=when.deadline.rule if when.deadline else None,
        period=when.period.code if when.period else None,
        frequency=when.period.frequency if when.period else None,
        weekday=when.period.weekday if when.period else None,
        quantity=quantity,
        breakdown=shares,
        applies_to=codes,
        source_basis=conditions.source_basis(text),
        note="检查清单项"
        if any(p.check for p in cores)
        else "鼓励性"
        if force.value == "encouraged"
        else None,
        confidence=confidence,
        confidence_reason=reason,
        why=tuple(why),
    )


def _dated(parts: list[Part]) -> dates.Deadline | None:
    return next((p.deadline for p in parts if p.deadline and p.deadline.day), None)


def _when(draft: Draft, at: Setting) -> _When:
    parts = draft.group.parts
    period = next((p.period for p in parts if p.period), None)
    deadline = _dated(parts)
    if deadline is None and draft.host and period is None:
        deadline = _dated(draft.host.group.parts)
    deadline = deadline or draft.carried
    stage = (at.assigned.due if at.assigned else None) or at.phase
    staged = deadline is None and stage is not None and period is None
    if staged:
        deadline = stage
    soft = next((p.deadline.text for p in parts if p.deadline), None) or next(
        (p.irregular for p in parts if p.irregular), None
    )
    text = deadline.text if deadline else period.text if period else soft
    if deadline and period and period.text not in deadline.text:
        text = period.text + deadline.text
    return _When(deadline, period, text, staged)


def _time_reasons(when: _When) -> list[Reason]:
    out = []
    if when.deadline:
        out.append(
            Reason(
                "deadline",
                "阶段标题或完成时限栏；" + when.deadline.rule if when.staged else when.deadline.rule,
                when.deadline.text,
            )
        )
    if when.period:
        out.append(Reason("period", "写明周期", when.period.text))
    return out


def _action(cores: list[Part]) -> str:
    """Say the action in a few words: verb and object of the first part with substance."""
    part = next((p for p in cores if p.deliverable or p.reporting or p.check), cores[0])
    text = part.text.strip("，。；、：！") + part.shared
    if part.subject and not part.by and text.startswith(part.subject.words):
        text = text[part.subject.end :]
    if part.deadline and part.deadline.day:
        text = re.sub(f"[在于到至]?{re.escape(part.deadline.text)}", "", text, count=1)
    text = _FRAME_WORDS.sub("", text)
    text = re.sub(r"（[^）]*）", "", text)
    return text if len(text) <= 30 else text[:29] + "…"


def _confidence(draft: Draft, stated: bool, kind_rule: str, when: _When) -> tuple[float, str]:
    """Start high and take off for everything that was inferred rather than read."""
    doubts: list[tuple[float, str]] = []
    if not stated:
        doubts.append((0.15, "主体由上文或通知层级推定"))
    if kind_rule == "其余":
        doubts.append((0.1, "类型按“其余”归入"))
    if draft.group.cut in _UNSURE_CUTS:
        doubts.append((0.1, "与前一条的分界由句式推定"))
    if when.staged:
        doubts.append((0.2, "时限取自阶段标题或完成时限栏"))
    elif when.deadline and when.deadline is draft.carried:
        doubts.append((0.1, "时限承前句"))
    elif when.deadline and "未写年份" in when.deadline.rule:
        doubts.append((0.05, "年份推定"))
    if not any(p.modal or p.deliverable or p.reporting or p.check or p.subject for p in draft.group.cores):
        doubts.append((0.1, "没有“要、应”等用语"))
    score = 0.95 - sum(weight for weight, _ in doubts)
    return round(max(score, 0.3), 2), "；".join(reason for _, reason in doubts) or "主体、动作、时限均有明文"
