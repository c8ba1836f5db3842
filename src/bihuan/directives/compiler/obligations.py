"""Drafts → obligations: fields, inheritance of subjects, confidence, and the reasons for each field."""

import re
from dataclasses import dataclass, replace

from . import conditions, dates, kinds, quantities
from .actors import Mention, Roles, levels, mentions
from .duties import Draft, note_drafts, read_parts, read_sentence, with_role, worth
from .folding import Folded
from .grouping import Group
from .model import Document, Obligation, Reason
from .packs import rule, words
from .paragraphs import Block
from .parts import Part
from .sentences import Piece, mask, sentences
from .tables import shares, task_rows
from .tree import Clause, Outline


@dataclass(slots=True)
class Flow:
    """What runs on from sentence to sentence within a clause."""

    actors: tuple[str, ...] = ()
    words: str = ""
    label: str = ""
    authority: tuple[str, ...] = ()  # the last authority named in the clause


@dataclass(slots=True)
class Reader:
    """Reads the clauses of one notice into obligations."""

    source: str
    document: Document
    roles: Roles
    context: dates.Context
    section_numbers: dict[int, int]

    def read(self, outline: Outline) -> list[Obligation]:
        """Return all obligations in document order."""
        found: list[Obligation] = []
        for clause in outline.clauses:
            found += self._note(clause, found) if clause.region == "note" else self._clause(clause)
        for label, table in outline.tables:
            found += self._tasks(label, table)
        found.sort(key=lambda o: o.start)
        return [self._with_shares(o, outline, found) for o in found]

    def _note(self, clause: Clause, before: list[Obligation]) -> list[Obligation]:
        """An attachment's 说明 is one obligation; a part with its own subject and 应/要 is another."""
        told = [o for o in before if clause.path + "）" in Folded.of(o.text).text or clause.path + "、" in Folded.of(o.text).text]
        reporters = next((o.actors for o in told if o.kind == "reporting"), None)
        out: list[Obligation] = []
        for block, piece in clause.pieces:
            masked = mask(block.text)
            parts = [
                p
                for sentence in sentences(block.text, masked, piece)
                for p in read_parts(block.text, masked, sentence, self.roles, self.context)
            ]
            flow = Flow(actors=reporters or ())
            for draft in note_drafts(parts, piece):
                out.append(self._obligation(clause, block, masked, draft, flow, None, False))
        return out

    def _tasks(self, label: str, table: Block) -> list[Obligation]:
        """Rows of a task list (任务分工表): the cells give the owner and the date."""
        out: list[Obligation] = []
        for row in task_rows(table):
            folded = Folded.of(self.source, row.start, row.end)
            block = Block(folded, row.start, row.end)
            masked = mask(folded.text)
            part = read_parts(folded.text, masked, Piece(0, len(row.task.text)), self.roles, self.context)
            if not part:
                continue
            due = next((d for d in dates.deadlines("至" + row.due, "至" + row.due, self.context) if d.day), None) if row.due else None
            draft = Draft(Group([with_role(p, "core") for p in part], cut="任务分工表"), 0, len(folded.text), carried=due)
            named = [c for m in mentions(row.owner, self.roles) for c in m.codes]
            clause = Clause(label, label, (), "table")
            flow = Flow(actors=tuple(dict.fromkeys(named)))
            made = self._obligation(clause, block, masked, draft, flow, None, False)
            out.append(replace(made, actors=flow.actors) if named else made)
        return out

    def _with_shares(self, item: Obligation, outline: Outline, found: list[Obligation]) -> Obligation:
        """A table of places in an attachment is the breakdown of the obligation that refers to it."""
        if item.breakdown:
            return item
        for label, table in outline.tables:
            parts = shares(table)
            if not parts:
                continue
            noted = [o for o in found if o.section_path == label]
            refers = item is noted[0] if noted else f"{label}）" in Folded.of(item.text).text and bool(item.quantity)
            if refers:
                return replace(item, breakdown=parts)
        return item

    def _clause(self, clause: Clause) -> list[Obligation]:
        if any(t in title for title in clause.titles[-1:] for t in words("actions", "drop_titles")):
            return []
        goal = any(t in title for title in clause.titles for t in words("actions", "goal_titles"))
        phase = self._phase(clause.titles)
        flow = Flow()
        out: list[Obligation] = []
        for block, piece in clause.pieces:
            masked = mask(block.text)
            lead_in: int | None = None
            pieces = sentences(block.text, masked, piece)
            for index, sentence in enumerate(pieces):
                if index + 1 < len(pieces) and (_lead_in(sentence.of(block.text)) or (index == 0 and _umbrella(sentence.of(masked)))):
                    lead_in = sentence.start if lead_in is None else lead_in
                    continue
                listed = _in_list(masked, sentence)
                drafts = read_sentence(block.text, masked, sentence, self.roles, self.context, listed=listed)
                kept = [d for d in drafts if worth(d, goal) is None]
                if not kept:
                    _pass_on(drafts, flow)
                if clause.region == "preamble":
                    kept = [d for d in kept if _asks(d.group.parts)]
                if kept and lead_in is not None and kept[0].host is None:
                    kept[0].start = lead_in
                lead_in = None
                for draft in kept:
                    out.append(self._obligation(clause, block, masked, draft, flow, phase, goal))
        return out

    def _phase(self, titles: tuple[str, ...]) -> dates.Deadline | None:
        """The end of a stage named in the heading (阶段) holds for what stands under it."""
        for title in reversed(titles):
            if re.search(r"阶段|步|环节", title):
                found = [d for d in dates.deadlines(title, title, self.context) if d.day]
                if found:
                    return found[-1]
        return None

    def _obligation(self, clause: Clause, block: Block, masked: str, draft: Draft, flow: Flow, phase: dates.Deadline | None, goal: bool) -> Obligation:
        parts, cores = draft.group.parts, draft.group.cores
        start, end = block.folded.span(draft.start, draft.end)
        text, hidden = block.text[draft.start : draft.end], masked[draft.start : draft.end]
        if draft.host:
            hidden = text
        if draft.label:
            flow.label = draft.label
        why = [Reason("text", draft.group.cut, text[:12])]
        actors, sure = self._actors(draft, flow, goal, why)
        deadline = next((p.deadline for p in parts if p.deadline and p.deadline.day), None)
        period = next((p.period for p in parts if p.period), None)
        if draft.host and period is None:
            deadline = deadline or next((p.deadline for p in draft.host.group.parts if p.deadline and p.deadline.day), None)
        deadline = deadline or draft.carried
        if deadline is None and phase and not period:
            deadline = phase
        if clause.region == "note" and period and verdict_report(hidden):
            cores = [replace(cores[0], reporting=period.text), *cores[1:]]
        soft = next((p.deadline for p in parts if p.deadline), None)
        spoken = period.text if period and not deadline else None
        if deadline:
            why.append(Reason("deadline", deadline.rule, deadline.text))
        if period:
            why.append(Reason("period", "写明周期", period.text))
            if deadline and deadline.start <= period.end + 2 and period.text not in deadline.text:
                spoken = period.text + deadline.text
        quantity = quantities.quantities(text, hidden)
        shares = quantities.breakdown(text, hidden)
        codes, fired = conditions.applies_to(text, flow.label + "".join(clause.titles[-1:]))
        why += [Reason("applies_to", code, word) for code, word in zip(codes, fired, strict=True)]
        verdict = kinds.kind(cores, hidden, actors, deadline.day if deadline else None, period.text if period else None, quantity)
        if verdict.value == "quota" and shares and self.roles.issuer not in actors:
            actors = (self.roles.issuer, *actors)
        force = kinds.strength(cores)
        why += [Reason("kind", verdict.rule, verdict.words), Reason("strength", force.rule, force.words)]
        confidence, reason = _confidence(draft, sure, verdict.rule, deadline, phase)
        deadline_text = spoken or (deadline.text if deadline else None) or next((p.irregular for p in cores if p.irregular), None)
        return Obligation(
            id="",
            text=self.source[start:end],
            start=start,
            end=end,
            section=clause.number,
            section_path=clause.path,
            actors=actors,
            action=_action(cores),
            kind=verdict.value,
            strength=force.value,
            deadline=deadline.day if deadline else None,
            deadline_text=deadline_text or (soft.text if soft else None),
            deadline_rule=deadline.rule if deadline else None,
            period=period.code if period else None,
            frequency=period.frequency if period else None,
            weekday=period.weekday if period else None,
            quantity=quantity,
            breakdown=shares,
            applies_to=codes,
            source_basis=conditions.source_basis(text),
            note="检查清单项" if any(p.check for p in cores) else "鼓励性" if force.value == "encouraged" else None,
            confidence=confidence,
            confidence_reason=reason,
            why=tuple(why),
        )

    def _actors(self, draft: Draft, flow: Flow, goal: bool, why: list[Reason]) -> tuple[tuple[str, ...], bool]:
        parts = draft.group.parts
        text = "".join(p.masked for p in parts)
        if any(p.check for p in parts):
            return self._check_actors(text, why)
        named = _leading(parts)
        by = next((p.subject for p in parts if p.subject and p.by), None)
        firsts = [p for p in parts if p.role == "core"][:1]
        over = next((p for p in firsts if p.overseen), None)
        codes: list[str] = []
        keep = False
        if by:
            codes += by.codes
            why.append(Reason("actors", "由…承担", by.words))
            topic = named.codes if named else ()
            codes += [c for c in topic if c == "enterprise"]
        elif named:
            codes += self._named(named, parts, flow)
            why.append(Reason("actors", "句中主语", named.words))
            if flow.words == "督促" and draft.group.cut != "句首" and named.codes == ("enterprise",):
                codes = [*flow.actors, "enterprise"]
                keep = True
        if draft.host and codes == ["enterprise"] and any(p.subject and "enterprise_head" in p.subject.codes for p in draft.host.group.parts):
            codes = ["enterprise_head"]
        founded = re.search(r"(?:成立|设立|组建)[^，。；]{0,24}(?:领导小组|领导组|专班)", text)
        if not codes and founded:
            codes = [self.roles.issuer]
            why.append(Reason("actors", "发文机关成立", founded[0]))
        forbidden = next((p for p in parts if re.match(r"(?:禁止|严禁)", p.masked) and "企业" in p.masked), None)
        if forbidden:
            codes, named = ["enterprise"], named
        looked_at = named and codes == ["enterprise"] and not any(p.modal for p in parts) and _CHECKS.search(text)
        if looked_at and flow.authority:
            codes = list(flow.authority)
            why.append(Reason("actors", "机关检查的对象，不是主体", named.words if named else ""))
        if named and codes == ["enterprise"] and all(p.role == "frame" for p in parts if p.subject) and (law := rule("actors", "authority_words").search("".join(p.masked for p in parts if p.role == "core"))):
            codes = list(self.roles.addressed)
            why.append(Reason("actors", "机关才能做的事，取被要求的层级", law[0]))
        linked = re.search(r"(?:实现|完成)[^，。；]{0,40}企业[^，。；]{0,8}(?:接入|联网|达标|改造)", text)
        if not codes and linked:
            codes = [*self.roles.addressed, "enterprise"]
            why.append(Reason("actors", "机关推动、企业完成", linked[0][:12]))
        if not codes and goal:
            codes = list(levels("all_levels", self.roles.level)) if self.roles.body == "bureau" else list(self.roles.addressed)
            why.append(Reason("actors", "目标由各级共同承担", ""))
        if not codes:
            codes = list(self._inherited(text, over, flow, why, first=draft.group.cut == "句首"))
        if over and not forbidden:
            extra = [c for c in over.overseen if c not in codes]
            codes += extra
            if extra:
                why.append(Reason("actors", "督促类动词的对象", over.oversight_words))
        codes += self._others(text, codes, why)
        codes = list(dict.fromkeys(codes))
        sure = bool(named or by)
        if set(codes) & {"province_bureau", "city_bureau", "county_bureau", "committee", "town"} and named:
            flow.authority = tuple(c for c in codes if c not in ("enterprise", "expert", "enterprise_head"))
        if named:
            flow.actors, flow.words = tuple(c for c in codes if c != "expert"), "督促" if keep else ""
        elif by is None and not over:
            flow.actors = flow.actors or tuple(c for c in codes if c != "expert")
        if over and not named:
            flow.actors, flow.words = tuple(c for c in codes if c != "expert"), "督促"
        return tuple(codes), sure

    def _named(self, named: Mention, parts: list[Part], flow: Flow) -> list[str]:
        codes = list(named.codes)
        if codes == ["enterprise_head"] and ("企业" in named.words or ("enterprise" in flow.actors and flow.words != "督促")):
            codes.append("enterprise")
        if re.match(r"各(?:有关|相关)?单位", named.words) and any(p.reporting for p in parts):
            codes = [c for c in codes if c in self.roles.recipients]
        if re.search(r"全市|全省|全县|全区|全州", named.words) or any(p.encouraged for p in parts):
            codes += [c for c in self.roles.addressed if c not in codes]
        return codes

    def _check_actors(self, text: str, why: list[Reason]) -> tuple[tuple[str, ...], bool]:
        why.append(Reason("actors", "检查清单项：检查方与企业", "是否"))
        inspector = ("committee",) if self.roles.body == "committee" else self.roles.addressed
        head = "主要负责人" in text and "带队" in text
        return (*inspector, "enterprise_head" if head else "enterprise"), True

    def _inherited(self, text: str, over: Part | None, flow: Flow, why: list[Reason], first: bool) -> tuple[str, ...]:
        own = re.sub(r"向[^，。；]{1,24}(?:报告|反馈)|报[^，。；]{0,10}(?:部门|局|厅|县|市)", "", text)
        authority = rule("actors", "authority_words").search(own)
        carried = flow.actors
        if carried and not (over and "enterprise" in over.overseen and set(carried) <= {"enterprise", "enterprise_head"}):
            enterprise_only = set(carried) <= {"enterprise", "enterprise_head"}
            if enterprise_only and authority:
                why.append(Reason("actors", "机关才能做的事，取被要求的层级", authority[0]))
                return flow.authority or self.roles.addressed
            if flow.words == "督促" and "enterprise" in carried and first and not over:
                rest = ("enterprise",) if not authority else tuple(c for c in carried if c != "enterprise")
                flow.actors, flow.words = rest, ""
                why.append(Reason("actors", "承前句督促的对象" if not authority else "承前句主语", ""))
                return rest
            if enterprise_only:
                why.append(Reason("actors", "承前句主语", ""))
                return ("enterprise",)
            why.append(Reason("actors", "承前句主语", ""))
            alone = rule("actors", "authority_alone").search(text)
            if alone and "enterprise" in carried and len(carried) > 1:
                return tuple(c for c in carried if c != "enterprise")
            return carried
        why.append(Reason("actors", "无主语，取通知要求的层级", ""))
        return self.roles.addressed

    def _others(self, text: str, codes: list[str], why: list[Reason]) -> list[str]:
        extra: list[str] = []
        if re.search(r"(?<!对)(?:专家|第三方)(?!服务情况|指导服务情况)", text) and "expert" not in codes:
            extra.append("expert")
        if re.search(r"(?:会同|与|联合)[^，。；]{1,16}部门", text) and "department" not in codes:
            extra.append("department")
        if re.search(r"对企业主要负责人[^，。；]*的|主要负责人[^，。；]{0,8}记分", text):
            extra.append("enterprise_head")
        if re.search(r"(?:发挥|依托|指导)乡镇", text) and "town" not in codes:
            extra.append("town")
        if re.search(r"发挥[^，。；]{0,24}(?:委员会|专委会|安委会)[^，。；]{0,4}作用", text) and "committee" not in codes:
            extra.append("committee")
        if re.search(r"(?:成立|设立|组建)[^，。；]{0,24}(?:领导小组|领导组|领导机构|专班)|领导小组办公室", text):
            extra.append("leading_group")
        why += [Reason("actors", "句中另一方", code) for code in extra]
        return extra


def verdict_report(text: str) -> bool:
    """Whether a periodic filling rule is about handing a form in."""
    return bool(re.search(r"汇总|上报|填报|报送|更新", text))


def _asks(parts: list[Part]) -> bool:
    """In the preamble only a dated or periodic report is an obligation."""
    timed = any((p.deadline and p.deadline.day) or p.period for p in parts)
    return timed and any(p.reporting for p in parts)


_CHECKS = re.compile(r"(?:检查|抽查|巡查|执法)(?:不少于|至少)?\d次|(?:至少|不少于)[^，]{0,4}(?:检查|抽查|巡查)")


def _leading(parts: list[Part]) -> Mention | None:
    """The subjects named up to the first part with substance, as one."""
    found: list[Mention] = []
    for part in parts:
        if part.subject and not part.by and not rule("actions", "composition").search(part.masked):
            found.append(part.subject)
        if part.role == "core":
            break
    if not found:
        return next((p.subject for p in parts if p.subject and not p.by), None)
    codes = tuple(dict.fromkeys(c for m in found for c in m.codes))
    return replace(found[0], codes=codes, words="、".join(m.words for m in found))


def _pass_on(drafts: list[Draft], flow: Flow) -> None:
    """A sentence that is no obligation may still name the subject of the next one."""
    for draft in drafts:
        named = next((p.subject for p in draft.group.parts if p.subject and not p.by), None)
        if named:
            flow.actors, flow.words = named.codes, ""


def _in_list(masked: str, sentence: Piece) -> bool:
    """Whether the sentence is an item between semicolons."""
    start = masked.rfind("。", 0, sentence.start) + 1
    end = masked.find("。", sentence.end - 1)
    return "；" in masked[start : end if end >= 0 else len(masked)]


def _lead_in(text: str) -> bool:
    """A short 一是… sentence that only announces the sentence after it."""
    return bool(re.match(r"(?:第?[一二三四五六七八九十]{1,2}(?:是|要)|[①-⑩]|（\d）)", text)) and len(text) <= 30 and "，" not in text and text.endswith("。")


def _umbrella(masked: str) -> bool:
    """大力推进…。at the head of a clause, followed by its own concrete steps."""
    return bool(re.match(r"(?:大力|全面|深入|积极|不断)(?:推进|强化|推动|加强|提升)", masked)) and len(masked) <= 50 and not re.search(r"\d|每[年月季]|企业要|制定|建立", masked)


_FRAME_WORDS = re.compile(r"^(?:[一二三四五六七八九十]{1,2}是|并且?|同时|要|应当?|必须|务必|须|请|于|还|也|都|，|、)+")


def _action(cores: list[Part]) -> str:
    """Say the action in a few words: verb and object of the first part with substance."""
    part = next((p for p in cores if p.deliverable or p.reporting or p.check), cores[0])
    text = part.text.strip("，。；、：！")
    if part.subject and not part.by and text.startswith(part.subject.words):
        text = text[part.subject.end :]
    if part.deadline and part.deadline.day:
        text = text.replace(part.deadline.text, "", 1)
    text = _FRAME_WORDS.sub("", text)
    text = re.sub(r"（[^）]*）", "", text)
    return text if len(text) <= 30 else text[:29] + "…"


def _confidence(draft: Draft, sure: bool, kind_rule: str, deadline: dates.Deadline | None, phase: dates.Deadline | None) -> tuple[float, str]:
    score, reasons = 0.95, []
    if not sure:
        score -= 0.15
        reasons.append("主体由上文或通知层级推定")
    if kind_rule == "其余":
        score -= 0.1
        reasons.append("类型按“其余”归入")
    if draft.group.cut in ("另一对象", "另一成果", "另一项工作", "要/应/必须另起"):
        score -= 0.1
        reasons.append("与前一条的分界由句式推定")
    if deadline and deadline is phase:
        score -= 0.2
        reasons.append("时限取自阶段标题")
    elif deadline and "未写年份" in deadline.rule:
        score -= 0.05
        reasons.append("年份推定")
    if not any(p.modal or p.deliverable or p.reporting or p.check or p.subject for p in draft.group.cores):
        score -= 0.1
        reasons.append("没有“要、应”等用语")
    return round(max(score, 0.3), 2), "；".join(reasons) or "主体、动作、时限均有明文"


def number(found: list[Obligation], outline: Outline) -> list[Obligation]:
    """Give each obligation its running number: clause ordinal and place in the clause."""
    out: list[Obligation] = []
    clause, place, last = 0, 0, None
    for item in found:
        if item.section_path != last:
            clause, place, last = clause + 1, 0, item.section_path
        place += 1
        out.append(replace(item, id=f"{clause:02d}-{place}"))
    return out


__all__ = ["Block", "Piece", "Reader", "number"]
