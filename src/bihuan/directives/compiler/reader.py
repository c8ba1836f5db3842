"""Walks the clause tree and reads every stretch of text, note and task table into obligations."""

import re
from dataclasses import dataclass, replace

from . import dates
from .actors import Roles, mentions
from .conditions import NOTHING, Found
from .duties import Draft, note_drafts, read_parts, read_sentence, worth
from .folding import Folded
from .grouping import Group
from .model import Obligation
from .obligations import Assignment, Setting, obligation
from .packs import words
from .paragraphs import Block
from .parts import Part, with_role
from .responsible import Flow, pass_on
from .sentences import Piece, mask, sentences
from .tables import shares, task_rows
from .tree import Clause, Outline

_OWNER = re.compile(r"(?:责任|牵头|落实|负责)(?:单位|部门|主体)：([^；。）]{2,80})")
_DUE = re.compile(r"(?:完成|整改)?(?:时限|时间)：([^；。），]{2,24})")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the clauses of one notice into obligations."""

    source: str
    roles: Roles
    context: dates.Context
    theme: Found = NOTHING

    def read(self, outline: Outline) -> list[Obligation]:
        """Return all obligations in document order, numbered."""
        found: list[Obligation] = []
        for clause in outline.clauses:
            found += self._note(clause, found) if clause.region == "note" else self._clause(clause)
        for label, table in outline.tables:
            found += self._tasks(label, table)
        found.sort(key=lambda o: o.start)
        return _numbered(_with_shares(found, outline))

    def _clause(self, clause: Clause) -> list[Obligation]:
        if any(t in title for title in clause.titles[-1:] for t in words("actions", "drop_titles")):
            return []
        goal = any(t in title for title in clause.titles for t in words("actions", "goal_titles"))
        phase = self._phase(clause.titles)
        flow = Flow()
        out: list[Obligation] = []
        told = [a for block, _ in clause.pieces if (a := self._assignment(block.text))]
        own = _together(told)
        for block, piece in clause.pieces:
            masked = mask(block.text)
            assigned = self._assignment(block.text[piece.start :]) or own
            at = Setting(
                self.source, clause, block, masked, self.roles, flow, phase, goal, self.theme, assigned
            )
            out += self._paragraph(block, piece, at)
        return out

    def _paragraph(self, block: Block, piece: Piece, at: Setting) -> list[Obligation]:
        """Read sentence by sentence; a lead-in (一是…。) belongs to the sentence after it."""
        out: list[Obligation] = []
        lead_in: int | None = None
        pieces = sentences(block.text, at.masked, piece)
        for index, sentence in enumerate(pieces):
            last = index + 1 == len(pieces)
            if not last and (
                _lead_in(sentence.of(block.text)) or (index == 0 and _umbrella(sentence.of(at.masked)))
            ):
                lead_in = sentence.start if lead_in is None else lead_in
                continue
            listed = _in_list(at.masked, sentence)
            drafts = read_sentence(block.text, at.masked, sentence, self.roles, self.context, listed=listed)
            kept = [d for d in drafts if worth(d, at.goal) is None]
            if drafts and drafts[0] not in kept:
                pass_on(drafts if not kept else drafts[:1], at.flow)
            if at.clause.region == "preamble":
                kept = [d for d in kept if _asks(d.group.parts)]
            if kept and lead_in is not None:
                kept[0].start = lead_in
            lead_in = None
            out += [obligation(draft, at) for draft in kept]
        return out

    def _assignment(self, text: str) -> Assignment | None:
        """Read （责任单位：…；完成时限：…）."""
        owner, due = _OWNER.search(text), _DUE.search(text)
        if not owner and not due:
            return None
        named = mentions(owner[1], self.roles) if owner else []
        until = "至" + due[1] if due and not re.search(r"全年|长期|持续", due[1]) else ""
        day = next((d for d in dates.deadlines(until, until, self.context) if d.day), None)
        return Assignment(
            tuple(dict.fromkeys(c for m in named for c in m.codes)), day, owner[0][:20] if owner else ""
        )

    def _phase(self, titles: tuple[str, ...]) -> dates.Deadline | None:
        """The end of a stage named in the heading (阶段) holds for what stands under it."""
        for title in reversed(titles):
            bracket = re.search(r"（([^（）]*)）$", title)
            stage = (
                title
                if re.search(r"阶段|步骤|环节|第[一二三四五]步", title)
                else bracket[1]
                if bracket
                else ""
            )
            if stage:
                found = [d for d in dates.deadlines(stage, stage, self.context) if d.day]
                if found:
                    return found[-1]
        return None

    def _note(self, clause: Clause, before: list[Obligation]) -> list[Obligation]:
        """An attachment's 说明 is one obligation; a part with its own subject and 应/要 is another."""
        reporters = next((o.actors for o in before if o.kind == "reporting" and _cites(o, clause.path)), ())
        out: list[Obligation] = []
        for block, piece in clause.pieces:
            masked = mask(block.text)
            parts = [
                part
                for sentence in sentences(block.text, masked, piece)
                for part in read_parts(block.text, masked, sentence, self.roles, self.context)
            ]
            at = Setting(self.source, clause, block, masked, self.roles, Flow(actors=reporters))
            out += [obligation(draft, at) for draft in note_drafts(parts, piece)]
        return out

    def _tasks(self, label: str, table: Block) -> list[Obligation]:
        """Rows of a task list (任务分工表): the cells give the owner and the date."""
        out: list[Obligation] = []
        clause = Clause(label, label, (), "table")
        for row in task_rows(table):
            block = Block(Folded.of(self.source, row.start, row.end), row.start, row.end)
            masked = mask(block.text)
            parts = read_parts(block.text, masked, Piece(0, len(row.task.text)), self.roles, self.context)
            if not parts:
                continue
            due = next(
                (d for d in dates.deadlines("至" + row.due, "至" + row.due, self.context) if d.day), None
            )
            whole = Group([with_role(p, "core") for p in parts], cut="任务分工表")
            owners = tuple(dict.fromkeys(c for m in mentions(row.owner, self.roles) for c in m.codes))
            at = Setting(self.source, clause, block, masked, self.roles, Flow(actors=owners))
            made = obligation(Draft(whole, 0, len(block.text), carried=due), at)
            out.append(replace(made, actors=owners) if owners else made)
        return out


def _with_shares(found: list[Obligation], outline: Outline) -> list[Obligation]:
    """A table of places in an attachment is the breakdown of the obligation that refers to it."""
    out = list(found)
    for label, table in outline.tables:
        parts = shares(table)
        if not parts:
            continue
        noted = next((i for i, o in enumerate(out) if o.section_path == label), None)
        cited = (
            noted
            if noted is not None
            else next((i for i, o in enumerate(out) if o.quantity and _cites(o, label)), None)
        )
        if cited is not None and not out[cited].breakdown:
            out[cited] = replace(out[cited], breakdown=parts)
    return out


def _cites(item: Obligation, label: str) -> bool:
    return "附" in item.text and bool(re.search(re.escape(label) + "[）、]", Folded.of(item.text).text))


def _together(told: list[Assignment]) -> Assignment | None:
    """Owner and date of one clause may stand on two lines; two owners or two dates belong to their own lines."""
    owners, days = [a for a in told if a.owners], [a for a in told if a.due]
    if not told or len(owners) > 1 or len(days) > 1:
        return None
    return Assignment(owners[0].owners if owners else (), days[0].due if days else None, told[0].words)


def _numbered(found: list[Obligation]) -> list[Obligation]:
    """Give each obligation its running number: clause ordinal and place in the clause."""
    out: list[Obligation] = []
    clause, place, last = 0, 0, None
    for item in found:
        if item.section_path != last:
            clause, place, last = clause + 1, 0, item.section_path
        place += 1
        out.append(replace(item, id=f"{clause:02d}-{place}"))
    return out


def _asks(parts: list[Part]) -> bool:
    """In the preamble only a dated or periodic report, or a plan to be made, is an obligation."""
    timed = any((p.deadline and p.deadline.day) or p.period for p in parts)
    return (timed and any(p.reporting for p in parts)) or any(p.modal and p.deliverable for p in parts)


def _in_list(masked: str, sentence: Piece) -> bool:
    """Whether the sentence is an item between semicolons."""
    start = masked.rfind("。", 0, sentence.start) + 1
    end = masked.find("。", sentence.end - 1)
    return "；" in masked[start : end if end >= 0 else len(masked)]


def _lead_in(text: str) -> bool:
    """A short 一是… sentence that only announces the sentence after it."""
    item = re.match(r"(?:第?[一二三四五六七八九十]{1,2}(?:是|要)|[①-⑩]|（\d）)", text)
    return bool(item) and len(text) <= 30 and "，" not in text and text.endswith("。")


def _umbrella(masked: str) -> bool:
    """大力推进…。at the head of a clause, followed by its own concrete steps."""
    opens = re.match(r"(?:大力|全面|深入|积极|不断)(?:推进|强化|推动|加强|提升)", masked)
    return bool(opens) and len(masked) <= 50 and not re.search(r"\d|每[年月季]|企业要|制定|建立", masked)
