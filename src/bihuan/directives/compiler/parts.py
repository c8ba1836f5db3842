"""What one part (a stretch between commas) says: subject, time, polarity, deliverable, or mere framing."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from . import dates
from .actors import Mention, Roles, lead_length, overseen, subject
from .packs import rule, words
from .sentences import Piece

_ADVERBIAL_END = re.compile(
    r"(?:原则|要求|规定|实际|方式|形式|基础上|前提下|部署|职责|特点|标准|时|后|中|模式|时机|因素|情况|衔接|需要|重点|情形|条件|目标|办法|精神|任务|安排|导向|契机|抓手|主线|范围|内容|过程|领域|环节|问题|优势|》|渠道|平台|大讲堂|等|规范|方案|进展|清单|意识能力提升|结果|责任|作用|负责人|隐患|行动)(?:（□*）)?[，、]?$"
)
_STRONG = re.compile(
    r"(?:制定|制订|编制|建立|建成|报送|上报|开展(?!.{0,12}(?:基础|方式|时|过程|情况))|完成|组织(?!管理)|落实|实施(?!细则)|督促|整改|培训|执法(?!检查)|配备|设置|推进|加强|强化|完善|形成|明确|确定|履行|推广|演练|曝光|约谈|接入|淘汰|动态调整|选树|抽调|成立|进行|学习|构建|实行|分级)"
)


_MODAL = re.compile(
    r"^(?:也|还|都|均|原则上)*(?:(?<![主重必首紧])要(?!求|点|素)|应(?!急|知|接|用)当?|必须|须|务必)"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence and what was found in it."""

    piece: Piece
    text: str
    masked: str
    role: str  # core, frame (adverbial, topic, condition, bare subject or date), aim, permission
    subject: Mention | None
    by: bool  # the subject stands after 由
    overseen: tuple[str, ...]
    oversight_words: str
    deadline: dates.Deadline | None
    period: dates.Period | None
    irregular: str | None
    about: bool  # opens with 对 / 针对: another object
    modal: bool
    encouraged: bool
    prohibited: bool
    reporting: str | None
    deliverable: str | None
    mechanism: bool
    check: str | None  # 是否, 是否存在
    fresh: bool  # opens with 持续 / 加大 / 推动落实: another line of work
    shared: str = ""  # the predicate a dated parallel takes from the last of its row


def read_part(text: str, masked: str, piece: Piece, roles: Roles, context: dates.Context) -> Part:
    """Classify ``piece`` of a sentence."""
    body, hidden = piece.of(text), piece.of(masked)
    found = dates.deadlines(body, hidden, context)
    dated = next((d for d in found if d.day), None)
    times = dates.periods(body, hidden)
    if dated and times and times[0].code == "annual":
        dated = min((d for d in found if d.day), key=lambda d: d.day or date.max)  # the first due date
    span = (dated.start, dated.end) if dated else (times[0].start, times[0].end) if times else None
    who = subject(body, hidden, roles, span)
    codes, oversight = overseen(hidden, roles)
    full = _after_subject(hidden, who, span)
    rest = _MODAL.sub("", full)
    prohibited = bool(_prohibition().search(hidden))
    deliverable = _deliverable(hidden, body)
    report = _reporting(body)
    check = _check(hidden)
    part = Part(
        piece, body, hidden, "core", who, bool(who and re.search(r"由[^，]{0,10}$", hidden[: who.start])), codes, oversight,
        dated or (found[0] if found else None), times[0] if times else None, dates.irregular(hidden),
        bool(re.match(r"(?:组织)?(?:针?对|关于|凡|遇有)(?!照|标|表|接|口)", rest)),
        bool(_MODAL.match(full) or full.startswith("一律") or re.match(r"[^，、]{2,20}?(?:必须|应当|不得|(?:前|后|中|时|期间)要(?!求))", full)),
        bool(re.match(r"(?:[^，]{0,12}前)?(?:[，并同时]*)(?:鼓励|支持(?!.{0,4}保障)|提倡|争取|力争)", hidden)), prohibited, report, deliverable,
        any(m in hidden for m in words("actions", "mechanisms")), check,
        bool(re.match(r"(?:持续(?:开展|执行|推进|深化|加强)|加大(?!督促|宣传)|推动(?:落实|建立)|全面推进|全面(?:推广|应用|推行|落实))", rest) and not hidden.startswith("同时")),
    )  # fmt: skip
    role = _role(part, rest)
    if (
        role == "frame"
        and part.subject
        and not part.by
        and rule("actions", "adverbials").match(hidden)
        and not _MODAL.match(full)
    ):
        part = replace(part, subject=None)  # 在各县检查的基础上: the party stands inside the framing
    return part if role == "core" else with_role(part, role)


def with_role(part: Part, role: str) -> Part:
    """Return the part with another role."""
    return replace(part, role=role)


@cache
def _prohibition() -> re.Pattern[str]:
    return rule("actions", "prohibition")


def _after_subject(masked: str, who: Mention | None, span: tuple[int, int] | None) -> str:
    at = lead_length(masked, span)
    if who and who.start >= at:
        at = who.end
    if span and span[0] == at:
        at = span[1]
    return masked[at:].lstrip("，、：")


def _check(masked: str) -> str | None:
    bad = rule("actions", "checklist_bad").search(masked)
    if bad:
        return bad[0]
    found = rule("actions", "checklist").search(masked)
    return found[0] if found else None


def _reporting(body: str) -> str | None:
    if rule("actions", "not_reporting").search(body):
        body = rule("actions", "not_reporting").sub("", body)
    found = rule("actions", "reporting").search(body)
    return found[0] if found else None


@cache
def _deliverable_rule() -> re.Pattern[str]:
    verbs = rule("actions", "deliverable_verbs").pattern
    nouns = rule("actions", "written").pattern + "|" + rule("actions", "mechanisms").pattern
    return re.compile(f"(?:{verbs})(?!的)(?:和|、|或|并)?(?:{verbs})?(?P<what>[^，。；]{{0,40}}?(?:{nouns}))")


@cache
def _titled_rule() -> re.Pattern[str]:
    verbs = rule("actions", "deliverable_verbs").pattern
    return re.compile(rf"(?:{verbs})(?!的)(?:新的|[^，。；的]{{0,6}})[《“][^》”]{{1,40}}[》”]")


def _deliverable(masked: str, body: str) -> str | None:
    found = _deliverable_rule().search(masked)
    if found:
        return found[0]
    titled = _titled_rule().search(body)
    return titled[0] if titled else None


def _role(part: Part, rest: str) -> str:
    bare = rest.strip("，、：。；")
    if not bare or (part.subject and not re.search(r"[\u4e00-\u9fa5]{2}", bare)):
        return "frame"
    if rule("actions", "permission").search(re.sub(r"^[^，]{0,12}?(?=可)", "", rest)) and not part.modal:
        return "permission"
    named = (
        part.deliverable
        or part.reporting
        or part.prohibited
        or part.check
        or part.irregular
        or (part.period and _any_verb(rest))
    )
    if part.deadline and part.deadline.day and len(_without_dates(bare)) <= 1:
        return "frame"
    if re.search(r"(?:时|期间|之前|之后|后|过程中|情况下)，$", part.masked) and not (
        named or part.modal or (part.deadline and part.deadline.day)
    ):
        return "frame"
    if (
        re.search(r"[的者][，]?$", part.masked)
        and not part.check
        and len(part.masked) > 4
        and not re.search(r"规模（□+）以[上下]的", part.masked)
    ):
        return "frame"
    ends = re.search(r"([\u4e00-\u9fa5]{2})[，。；]?$", part.masked)
    dated = bool(part.deadline and part.deadline.day)
    if (
        part.about
        and re.search(r"(?:企业|单位|项目|人员|隐患|问题|矿山)(?:（□*）)?，?$", part.masked)
        and not (named or dated)
    ):
        return "frame"
    if re.match(r"(?:其[他它]|有关|相关)[^，]{0,10}企业.{4,}工作，$", part.masked) and not (
        dated or part.modal
    ):
        return "frame"
    if (
        part.about
        and not (ends and ends[1] in {*words("actions", "verbs"), "管理", "负责", "考核"})
        and not _STRONG.search(rest[1:])
        and not named
        and not re.search(r"(?:实行|实施|减少|依法|一律|必须|予以|给予|进行|严肃|从严|从重)", rest)
    ):
        return "frame"
    if re.search(r"(?:企业|项目|单位|公司|矿山)，?$", part.masked) and not _any_verb(rest) and not named:
        return "frame"
    if rule("actions", "aims").match(bare) and not (
        named or part.period or (part.deadline and part.deadline.day) or part.modal or part.encouraged
    ):
        return "aim"
    whole = part.masked.strip("，、：。；")
    if (
        not named
        and not part.encouraged
        and (
            rule("actions", "adverbials").match(whole)
            or (rule("actions", "adverbials").match(bare) and not (part.modal and bare.startswith("落实")))
        )
    ):
        if _ADVERBIAL_END.search(part.masked) or not _STRONG.search(bare[3:]):
            return "frame"
    if re.search(r"的(?:企业|单位|项目|矿山|地区)，$", part.masked) and not (named or dated or part.modal):
        return "frame"
    if not _any_verb(rest) and not (named or dated or part.modal or part.encouraged):
        return "frame"
    return "core"


def _without_dates(text: str) -> str:
    return re.sub(r"[\d年月日号底末份前至到起在于期间之请和及、—]|上旬|中旬|下旬|分别", "", text)


def _any_verb(text: str) -> bool:
    return bool(rule("actions", "verbs").search(text))
