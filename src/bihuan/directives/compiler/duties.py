"""One sentence → drafts of obligations: parts are cut, classified, grouped; framing and slogans fall away."""

import re
from dataclasses import dataclass, replace

from . import dates
from .actors import Roles
from .grouping import Group, group
from .packs import rule, words
from .parts import Part, read_part, with_role
from .sentences import Piece, split

_LONGEST = 100  # parts of a sentence grouped at a time; real sentences have fewer than forty
_FORM = re.compile(r"（□*）(?=[、和及])|以及(?=《)")
_INNER = re.compile(r"（(□+)）")
_LABEL = re.compile(
    r"^(?:（\d）)?([^，。；：“]{2,24}(?:企业|单位|矿山|行业|领域|场所|部门|车间|岗位|局|厅|县|市|区))："
)
_COLON_LEAD = re.compile(r"^[^，。；：]{2,20}：(?=[^：]{12,})")


@dataclass(slots=True)
class Draft:
    """A group of parts with what it inherits; ``start``..``end`` are offsets in the paragraph."""

    group: Group
    start: int
    end: int
    label: str = ""
    host: "Draft | None" = None
    carried: dates.Deadline | None = None


def read_sentence(
    text: str, masked: str, piece: Piece, roles: Roles, context: dates.Context, *, listed: bool = False
) -> list[Draft]:
    """Return the drafts of one sentence, in order."""
    label = _LABEL.match(piece.of(masked))
    lead = label[0] if label else ""
    body = Piece(piece.start + len(lead), piece.end)
    if not lead and (colon := _COLON_LEAD.match(piece.of(masked))):
        lead = colon[0]
        body = Piece(piece.start + len(lead), piece.end)
    parts = read_parts(text, masked, body, roles, context)
    stretches = (parts[i : i + _LONGEST] for i in range(0, len(parts), _LONGEST))
    drafts = [Draft(g, g.start, g.end, lead) for some in stretches for g in group(some, listed) if g.parts]
    drafts = [d for d in drafts if d.group.cores]
    _carry_dates(drafts)
    if drafts and lead:
        drafts[0].start = min(drafts[0].start, piece.start)
    out: list[Draft] = []
    for draft in drafts:
        out.append(draft)
        out += _inner(text, masked, draft, roles, context)
    return out


def read_parts(text: str, masked: str, body: Piece, roles: Roles, context: dates.Context) -> list[Part]:
    """Cut a sentence into parts and classify them."""
    parts = [read_part(text, masked, p, roles, context) for p in _cut(text, masked, body)]
    _share_predicates(parts)
    return parts


def note_drafts(parts: list[Part], piece: Piece) -> list[Draft]:
    """Group the parts of an attachment's 说明: one duty, plus any part that names who 应/要 do more."""
    groups = [Group(cut="附件说明")]
    for part in parts:
        if (
            groups[-1].parts
            and part.subject
            and not part.by
            and re.match(r"[^，]*(?:应|要|须|不得)", part.masked)
        ):
            groups.append(Group(cut="附件说明：另有主体"))
        groups[-1].parts.append(part)
    out: list[Draft] = []
    for item in groups:
        said = "".join(p.masked for p in item.parts)
        if not re.search(r"填报|上报|报送|汇总|应|要|须|需|不得|确定|每[日周月季年]|前", said):
            continue
        item.parts = [with_role(p, "core") if p.role in ("frame", "aim") else p for p in item.parts]
        out.append(Draft(item, max(item.start, piece.start), item.end))
    return out


def _carry_dates(drafts: list[Draft]) -> None:
    """A date governing several verbs of one sentence is given to each (时限承前句)."""
    date = None
    first = drafts[0].group.parts[0] if drafts else None
    framed = bool(
        first and first.role == "frame" and first.deadline and first.deadline.day and not first.subject
    )
    for draft in drafts:
        own = next((p.deadline for p in draft.group.parts if p.deadline and p.deadline.day), None)
        leads = draft.group.cut in _CARRIES or (
            draft.group.cut == "另有主体" and framed and any(p.modal for p in draft.group.parts)
        )
        if (
            own is None
            and date is not None
            and leads
            and not any(p.period or p.encouraged for p in draft.group.parts)
        ):
            draft.carried = date
        date = own or (date if leads else None)


_CARRIES = ("另一成果", "另一项工作", "报送事项", "督促企业另有其事")


def _cut(text: str, masked: str, body: Piece) -> list[Piece]:
    """Cut at commas; also between dated parallels (…前甲、…前乙) and between listed forms."""
    out: list[Piece] = []
    for part in split(text, masked, body, "，；"):
        hidden = part.of(masked)
        cuts = [
            m.end()
            for m in re.finditer(
                r"、(?=[^、，]{0,16}\d{1,2}月(?:底|末|\d{1,2}日)?前?|[^、，]{0,12}20\d\d年底)", hidden
            )
        ]
        cuts = [c for c in cuts if re.search(r"\d月|年底", hidden[:c]) and _more_than_dates(hidden[:c])]
        if re.search(r"报送|上报|报|填报|提交", hidden):
            cuts += [
                m.end()
                for m in _FORM.finditer(hidden)
                if "附" in part.of(text)[m.start() : m.end()] and "附" in part.of(text)[m.end() :]
            ]
        at = part.start
        for cut in sorted(set(cuts)):
            out.append(Piece(at, part.start + cut))
            at = part.start + cut
        out.append(Piece(at, part.end))
    return out


def _more_than_dates(text: str) -> bool:
    """每年3月、9月 is one date with two days; 6月底前甲、9月底前乙 are two."""
    return len(re.sub(r"[\d年月日底末前份每、，于在]", "", text)) >= 2


def _share_predicates(parts: list[Part]) -> None:
    """Let a row share what only one of its parts says.

    Dated parallels (6月底前甲、12月底前乙完成) take the last one's verb, listed forms the first one's verb and time, and
    不完善… after 是否存在… is still a question.
    """
    for index in range(len(parts) - 1, 0, -1):
        before, part = parts[index - 1], parts[index]
        dated = before.deadline and before.deadline.day
        if before.masked.endswith("、") and dated and not rule("actions", "verbs").search(_predicate(before)):
            parts[index - 1] = replace(before, role="core", shared=part.shared or _predicate(part))
    for index in range(1, len(parts)):
        before, part = parts[index - 1], parts[index]
        if (
            before.check == "是否存在"
            and not part.check
            and rule("actions", "checklist_should").search(part.masked)
        ):
            parts[index] = replace(part, check="是否存在", role="core")
        elif before.reporting and before.masked.endswith("）") and re.match(r"[、和及]|以及", part.masked):
            parts[index] = replace(
                part,
                role="core",
                reporting=before.reporting,
                deadline=part.deadline or before.deadline,
                period=part.period or before.period,
            )


def _predicate(part: Part) -> str:
    after = max(part.subject.end if part.subject else 0, part.deadline.end if part.deadline else 0)
    return part.text[after:].strip("，。；、")


def _inner(text: str, masked: str, draft: Draft, roles: Roles, context: dates.Context) -> list[Draft]:
    """A duty of its own inside brackets: another period, or 由… to decide."""
    out: list[Draft] = []
    for found in _INNER.finditer(masked, draft.start, draft.end):
        inner = Piece(found.start(1), found.end(1))
        body = inner.of(text)
        if not (dates.periods(body, body) or re.search(r"由[^，。]{2,20}(?:确定|制定|负责|组织|落实)", body)):
            continue
        part = read_part(text, text, inner, roles, context)
        out.append(
            Draft(
                Group([with_role(part, "core")], cut="括号内另有要求"),
                inner.start,
                inner.end,
                draft.label,
                host=draft,
            )
        )
    return out


def _one_act(part: Part) -> bool:
    return any(re.search(act, part.masked) for act in words("actions", "one_off_acts"))


def worth(draft: Draft, goal: bool) -> str | None:
    """Return None when the draft is an obligation, else why it is not."""
    cores = draft.group.cores
    text = "".join(p.masked for p in draft.group.parts)
    core_text = "".join(p.masked for p in cores)
    timed = draft.carried is not None or any(
        (p.deadline and p.deadline.day) or p.period for p in draft.group.parts
    )
    if goal and not timed and not re.search(r"20\d\d年(?:开始|起)", text):
        return "目标口号"
    if timed and not rule("actions", "composition").search(core_text):
        return None
    if rule("actions", "composition").search(core_text) and not re.search(r"负责|成立|统筹", core_text):
        return "机构组成"
    if rule("actions", "descriptive").search(text) and not any(p.modal or p.reporting for p in cores):
        return "叙述"
    if rule("actions", "slogan").search(text) and not any(
        p.deliverable or p.reporting or p.check or _one_act(p) for p in cores
    ):
        return "口号"
    solid = [
        p
        for p in cores
        if p.deliverable or p.reporting or p.check or p.prohibited or p.modal or p.subject or p.overseen
    ]
    if not solid and len(re.sub(r"[，。；、：]", "", core_text)) < 6:
        return "过短"
    return None
