"""Who is responsible for a draft: subjects, what the sentence before carries on, 督促 objects, and defaults.

The order of the rules is the order of the guideline: the clause's own subject; in 督促企业… the authority and the
enterprise; with no subject what the sentence before named, and else the level the notice addresses.
"""

import re
from dataclasses import dataclass, field, replace

from .actors import Mention, Roles, levels
from .conditions import NOTHING, Found
from .duties import Draft
from .model import Reason
from .packs import rule
from .parts import Part

_ENTERPRISE = {"enterprise", "enterprise_head"}
_OFFICES = {"province_bureau", "city_bureau", "county_bureau", "committee", "town"}
_OVERSIGHT = "督促"
_FOUNDED = re.compile(r"(?:成立|设立|组建)[^，。；]{0,24}(?:领导小组|领导组|领导机构|专班)")
_LINKED = re.compile(r"(?:实现|完成)[^，。；]{0,40}企业[^，。；]{0,8}(?:接入|联网|达标|改造)")
_CHECKS = re.compile(
    r"(?:检查|抽查|巡查|执法)(?:不少于|至少)?\d次|(?:至少|不少于)[^，]{0,4}(?:检查|抽查|巡查)"
)
_OTHERS = (
    ("expert", re.compile(r"(?<!对)(?:专家|第三方|技术服务机构)(?!(?:指导)?服务(?:情况|质量))")),
    ("department", re.compile(r"(?:会同|与|联合)[^，。；]{1,16}部门")),
    (
        "enterprise_head",
        re.compile(r"对企业主要负责人[^，。；]*的|追究企业主要负责人|主要负责人[^，。；]{0,8}记分"),
    ),
    ("town", re.compile(r"(?:发挥|依托|指导)乡镇")),
    ("committee", re.compile(r"发挥[^，。；]{0,24}(?:委员会|专委会|安委会)[^，。；]{0,4}作用")),
    ("leading_group", re.compile(_FOUNDED.pattern + "|领导小组办公室")),
)


@dataclass(slots=True)
class Flow:
    """What runs on from sentence to sentence within a clause."""

    actors: tuple[str, ...] = ()
    words: str = ""  # 督促 while an authority is making an enterprise act
    label: str = ""
    conditions: Found = NOTHING  # the classes of enterprise the last subject named
    authority: tuple[str, ...] = ()  # the last authority named in the clause


@dataclass(slots=True)
class _Case:
    """One draft under decision."""

    draft: Draft
    roles: Roles
    flow: Flow
    text: str
    named: Mention | None
    by: Mention | None
    over: Part | None
    codes: list[str] = field(default_factory=list)
    why: list[Reason] = field(default_factory=list)
    keep: bool = False

    @property
    def parts(self) -> list[Part]:
        """The parts of the draft."""
        return self.draft.group.parts

    def say(self, rule_name: str, words: str = "") -> None:
        """Note why."""
        self.why.append(Reason("actors", rule_name, words))


def responsible(
    draft: Draft, flow: Flow, roles: Roles, goal: bool
) -> tuple[tuple[str, ...], bool, list[Reason]]:
    """Return the actors, whether they stand in the text itself, and why; updates ``flow``."""
    parts = draft.group.parts
    text = "".join(p.masked for p in parts)
    if any(p.check for p in parts):
        return _inspected(text, roles)
    first = next((p for p in parts if p.role == "core"), None)
    case = _Case(
        draft, roles, flow, text,
        named=leading(parts),
        by=next((p.subject for p in parts if p.subject and p.by), None),
        over=first if first and first.overseen else None,
    )  # fmt: skip
    _stated(case)
    _corrected(case)
    if not case.codes:
        _supplied(case, goal)
    if case.over and not _forbids_enterprise(parts):
        extra = [c for c in case.over.overseen if c not in case.codes]
        case.codes += extra
        if extra:
            case.say("督促类动词的对象", case.over.oversight_words)
    for code, pattern in _OTHERS:
        found = pattern.search(text)
        if found and code not in case.codes:
            case.codes.append(code)
            case.say("句中另一方", found[0])
    codes = tuple(dict.fromkeys(case.codes))
    _carry_on(case, codes)
    return codes, bool(case.named or case.by), case.why


def _stated(case: _Case) -> None:
    """The subject written in the sentence."""
    named, by, flow = case.named, case.by, case.flow
    if by:
        case.codes += by.codes
        case.codes += [c for c in (named.codes if named else ()) if c == "enterprise"]
        case.say("由…承担", by.words)
    elif named:
        case.codes += _widened(named, case)
        case.say("句中主语", named.words)
        if flow.words == _OVERSIGHT and case.draft.group.cut != "句首" and named.codes == ("enterprise",):
            case.codes, case.keep = [*flow.actors, "enterprise"], True
    elif found := _FOUNDED.search(case.text):
        case.codes = [case.roles.issuer]
        case.say("发文机关成立", found[0])


def _widened(named: Mention, case: _Case) -> list[str]:
    codes, flow = list(named.codes), case.flow
    if codes == ["enterprise_head"] and (
        "企业" in named.words or ("enterprise" in flow.actors and flow.words != _OVERSIGHT)
    ):
        codes.append("enterprise")
    if re.match(r"各(?:有关|相关)?单位", named.words) and any(p.reporting for p in case.parts):
        codes = [c for c in codes if c in case.roles.recipients]
    if re.search(r"全市|全省|全县|全区|全州", named.words) or any(p.encouraged for p in case.parts):
        codes += [c for c in case.roles.addressed if c not in codes]
    return codes


def _corrected(case: _Case) -> None:
    """An enterprise that is only spoken about: forbidden something, inspected, or the topic of an authority's act."""
    host = case.draft.host
    if (
        host
        and case.codes == ["enterprise"]
        and any(p.subject and "enterprise_head" in p.subject.codes for p in host.group.parts)
    ):
        case.codes = ["enterprise_head"]
    if _forbids_enterprise(case.parts):
        case.codes = ["enterprise"]
        return
    if not case.named or case.codes != ["enterprise"]:
        return
    if case.flow.authority and not any(p.modal for p in case.parts) and (found := _CHECKS.search(case.text)):
        case.codes = list(case.flow.authority)
        case.say("机关检查的对象，不是主体", found[0])
    elif all(p.role == "frame" for p in case.parts if p.subject):
        law = rule("actors", "authority_words").search(
            "".join(p.masked for p in case.parts if p.role == "core")
        )
        if law:
            case.codes = list(case.roles.addressed)
            case.say("机关才能做的事，取被要求的层级", law[0])


def _forbids_enterprise(parts: list[Part]) -> bool:
    return any(re.match(r"(?:禁止|严禁)", p.masked) and "企业" in p.masked for p in parts)


def _supplied(case: _Case, goal: bool) -> None:
    """No subject is written: take it from the goal, the sentence before, or the notice."""
    roles = case.roles
    if linked := _LINKED.search(case.text):
        case.codes = [*roles.addressed, "enterprise"]
        case.say("机关推动、企业完成", linked[0])
    elif goal:
        case.codes = (
            list(levels("all_levels", roles.level)) if roles.body == "bureau" else list(roles.addressed)
        )
        case.say("目标由各级共同承担")
    else:
        case.codes = list(_inherited(case))


def _inherited(case: _Case) -> tuple[str, ...]:
    flow, over, carried = case.flow, case.over, case.flow.actors
    own = re.sub(r"向[^，。；]{1,24}(?:报告|反馈)|报[^，。；]{0,10}(?:部门|局|厅|县|市)", "", case.text)
    authority = rule("actors", "authority_words").search(own)
    if not carried or (over and "enterprise" in over.overseen and set(carried) <= _ENTERPRISE):
        case.say("无主语，取通知要求的层级")
        return case.roles.addressed
    if set(carried) <= _ENTERPRISE:
        if authority:
            case.say("机关才能做的事，取被要求的层级", authority[0])
            return flow.authority or case.roles.addressed
        case.say("承前句主语")
        return carried if case.draft.group.cut != "句首" else ("enterprise",)
    if flow.words == _OVERSIGHT and "enterprise" in carried and case.draft.group.cut == "句首" and not over:
        rest = tuple(c for c in carried if c != "enterprise") if authority else ("enterprise",)
        flow.actors, flow.words = rest, ""
        case.say("承前句主语" if authority else "承前句督促的对象")
        return rest
    case.say("承前句主语")
    alone = rule("actors", "authority_alone").search(case.text)
    if alone and "enterprise" in carried:
        return tuple(c for c in carried if c != "enterprise") or carried
    return carried


def _carry_on(case: _Case, codes: tuple[str, ...]) -> None:
    flow = case.flow
    lasting = tuple(c for c in codes if c != "expert")
    if case.named and set(codes) & _OFFICES:
        flow.authority = tuple(c for c in lasting if c not in _ENTERPRISE)
    if case.named:
        flow.actors, flow.words = lasting, _OVERSIGHT if case.keep else ""
    elif case.over:
        flow.actors, flow.words = lasting, _OVERSIGHT
    elif case.by is None:
        flow.actors = flow.actors or lasting


def _inspected(text: str, roles: Roles) -> tuple[tuple[str, ...], bool, list[Reason]]:
    """Checklist items name the inspecting body and the enterprise."""
    inspector = ("committee",) if roles.body == "committee" else roles.addressed
    head = "主要负责人" in text and "带队" in text
    return (
        (*inspector, "enterprise_head" if head else "enterprise"),
        True,
        [Reason("actors", "检查清单项：检查方与企业", "是否")],
    )


def leading(parts: list[Part]) -> Mention | None:
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


def pass_on(drafts: list[Draft], flow: Flow) -> None:
    """A sentence that is no obligation may still name the subject of the next one."""
    for draft in drafts:
        named = next((p.subject for p in draft.group.parts if p.subject and not p.by), None)
        if named:
            flow.actors, flow.words = named.codes, ""
