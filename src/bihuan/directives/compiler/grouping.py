"""Parts → groups: which parts of one sentence form one obligation, and where a new one begins."""

import re
from dataclasses import dataclass, field

from .packs import rule
from .parts import Part, with_role


@dataclass(slots=True)
class Group:
    """Consecutive parts that make up one obligation, and the rule that cut it from the one before."""

    parts: list[Part] = field(default_factory=list)
    cut: str = "句首"

    @property
    def cores(self) -> list[Part]:
        """The parts with substance."""
        return [p for p in self.parts if p.role == "core"]

    @property
    def start(self) -> int:
        """Offset of the first character in the paragraph."""
        return self.parts[0].piece.start

    @property
    def end(self) -> int:
        """Offset after the last character in the paragraph."""
        return self.parts[-1].piece.end


def group(parts: list[Part], listed: bool) -> list[Group]:
    """Group the parts of one sentence."""
    done: list[Group] = []
    current = Group()
    pending: list[Part] = []
    for part in parts:
        if part.role == "frame":
            pending.append(part)
            continue
        if part.role in ("aim", "permission"):
            current.parts += [*pending, part]
            pending = []
            continue
        reason = cut_reason(current, pending, part, listed) if current.cores else None
        if reason == "另一成果" and _enumerated(parts, current, part):
            reason = None
        if reason:
            done.append(current)
            current = Group(cut=reason)
        current.parts += [*pending, part]
        pending = []
    current.parts += pending
    if current.parts:
        done.append(current)
    if done and not any(g.cores for g in done):
        _promote(done[-1])
    return done


def _promote(last: Group) -> None:
    """A sentence of nothing but framing (督促企业严格执行…要求。) is the obligation itself."""
    for index in range(len(last.parts) - 1, -1, -1):
        part = last.parts[index]
        if (
            part.role == "frame"
            and (part.overseen or part.subject)
            and rule("actions", "verbs").search(part.masked)
        ):
            last.parts[index] = with_role(part, "core")
            return


def _enumerated(parts: list[Part], current: Group, part: Part) -> bool:
    """通过甲、乙，丙等工作: one means listed in several parts."""
    opened = any(re.match(r"(?:通过|采取)", p.masked) for p in current.parts)
    return opened and any(
        re.search(r"等(?:工作|措施|方式)，?$", p.masked) for p in parts[parts.index(part) :]
    )


def cut_reason(current: Group, pending: list[Part], part: Part, listed: bool) -> str | None:
    """Name the rule by which ``part`` (with the frames before it) opens a new obligation."""
    lead = [*pending, part]
    cores = current.cores
    if re.match(r"(?:其中|即|包括|主要包括)", part.masked):
        return None
    if part.check or cores[-1].check:
        return _check_cut(cores[-1], part, listed)
    if all(_weak(core) for core in cores):
        return None
    if _hands_in(part) or _finishes(part):
        return None
    if any(p.deadline and p.deadline.day for p in lead):
        return "另有时限"
    if _new_period(lead, current):
        return "另有周期"
    who = next((p.subject for p in lead if p.subject and not p.by), None)
    if who and _other_subject(who.words, current):
        return "另有主体"
    if any(p.by for p in lead):
        return "由…承担"
    if part.reporting and not _one_report(cores, part):
        return "报送事项"
    if _forbids(part, pending, cores):
        return "禁止事项"
    if part.encouraged:
        return "鼓励或力争"
    if (
        _BOUND.search(part.masked)
        and not _same_verb(cores[-1], part)
        and not any(_BOUND.search(c.masked) for c in cores)
    ):
        return "另有数量"
    if part.modal and not (len(cores) == 1 and len(current.parts[-1].masked) < 8):
        return "要/应/必须另起"
    if part.overseen and re.match(r"并(?:督促|推动|组织|指导|监督)", part.masked) and len(part.masked) >= 14:
        return "督促企业另有其事"
    if any(p.about for p in lead) and not re.match(r"并", lead[0].masked) and not _carries_out(cores[-1]):
        return "另一对象"
    if part.deliverable and any(c.deliverable for c in cores) and not _same_work(cores, part):
        return "另一成果"
    if part.deliverable and "《" in part.deliverable and len(cores[-1].masked) >= 6:
        return "另一成果"
    if (
        re.match(r"(?:积极|主动)?(?:与|会同|联合)[^，。；]{1,14}(?:部门|单位)(?!等?衔接)", part.masked)
        and len(cores[-1].masked) >= 16
    ):
        return "会同另一部门"
    if part.fresh and len(part.masked) >= 9:
        return "另一项工作"
    return None


_BOUND = re.compile(r"(?:至少|不少于|不低于|不超过|不得少于)[^，。；]{0,6}\d")


def _hands_in(part: Part) -> bool:
    """…，于某日前报某处: hands in what the part before named, no obligation of its own."""
    if not part.reporting or part.subject or not (part.deadline and part.deadline.day):
        return False
    rest = part.masked[part.deadline.end :].strip("，。；")
    return (
        bool(
            re.fullmatch(
                r"(?:一并)?(?:报送?|上报)(?:至|给|到)?[^，。；]{1,16}(?:厅|局|办|处|科|室|会|组|部|办公室)",
                rest,
            )
        )
        and "将" not in part.masked
    )


def _finishes(part: Part) -> bool:
    """…，11月底前完成: only says when what stands before is to be done."""
    if part.subject or not (part.deadline and part.deadline.day):
        return False
    rest = (part.masked[: part.deadline.start] + part.masked[part.deadline.end :]).strip("，。；")
    return bool(
        re.fullmatch(
            r"(?:并|要|于|在|确保)*(?:全面|全部|基本)?(?:完成|到位|落实到位|整改到位|整改完毕|完成整改)(?:任务|工作)?",
            rest,
        )
    )


def _forbids(part: Part, pending: list[Part], cores: list[Part]) -> bool:
    if not part.prohibited:
        return False
    if any(c.prohibited for c in cores):
        return any(re.search(r"的，?$", p.masked) for p in pending)
    return bool(
        pending
        or part.subject
        or (len(part.masked.strip("，。；")) >= 6 and not rule("actions", "formula").search(part.masked))
    )


def _same_verb(before: Part, part: Part) -> bool:
    """每家企业检查不少于1次 only measures the 检查 named before."""
    said = rule("actions", "verbs").search(part.masked)
    return bool(said and said[0] in before.masked)


def _carries_out(before: Part) -> bool:
    """对…开展 after a plan was made carries the plan out."""
    if re.search(r"(?:组|专家|力量|人员|专班)，?$", before.masked):
        return True
    return bool(re.search(r"计划|方案|任务书|依据", before.masked[-8:] + (before.deliverable or "")[-6:]))


def _weak(core: Part) -> bool:
    """A few general words (强化监管, 强化培训教育) that only lead up to what follows."""
    dated = core.deadline and core.deadline.day
    if dated or core.reporting:
        return False
    said = len(core.masked.strip("，。"))
    if core.subject:
        return said - len(core.subject.words) <= 4
    if core.deliverable or core.prohibited or core.period:
        return False
    return said <= 6 or bool(re.match(r"(?:强化|加强|重视|抓好)[^，]{2,10}，", core.masked))


def _check_cut(last: Part, part: Part, listed: bool) -> str | None:
    if not part.check:
        return None if not last.check or last.check == "是否" else "检查项：另一情形"
    if part.check != "是否" or not listed:
        return "检查项"
    return None


def _new_period(lead: list[Part], current: Group) -> bool:
    part = lead[-1]
    if part.irregular and not any(p.irregular for p in current.parts):
        return True
    period = next((p.period for p in lead if p.period), None)
    if not period:
        return False
    trailing = (
        bool(
            re.fullmatch(
                r"(?:至少|原则上)*每[^，]{1,6}(?:至少|不少于)?(?:更新|修订|调整|评估|汇总)?(?:至少|不少于)?[\d一两二]*次?",
                part.masked.strip("，。；"),
            )
        )
        and not part.subject
    )
    return not (trailing and not any(p.period for p in current.parts))


def _other_subject(words: str, current: Group) -> bool:
    known = [p.subject.words for p in current.parts if p.subject is not None and not p.by]
    return not known or known[-1] != words


def _one_report(cores: list[Part], part: Part) -> bool:
    """Analyse, write up and report the same thing is one obligation."""
    earlier = [c for c in cores if c.reporting]
    if earlier:
        return False
    text = "".join(c.masked for c in cores)
    return bool(re.search(r"报告|情况|专题|分析|汇总|统计|总结|问题", text)) and not re.search(
        r"同时|并及时", part.masked
    )


def _same_work(cores: list[Part], part: Part) -> bool:
    if cores[-1].overseen:
        return True
    if (
        len(cores) == 1
        and part.masked.startswith("形成")
        and re.search(r"梳理|分析|摸清|剖析|统计|研判", cores[0].masked)
    ):
        return True
    if part.mechanism != cores[-1].mechanism and cores[-1].deliverable:
        return False
    if re.match(r"(?:明确|形成(?!.{0,20}(?:报告|清单|台账))|规范|细化)", part.deliverable or ""):
        return True
    return bool(re.match(r"(?:分级|研究|并(?!建立)|分)", part.masked)) or len(part.masked) < 10
