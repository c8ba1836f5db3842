"""Who must act: subjects named in a part of a sentence, and the levels a notice addresses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from .model import Document
from .packs import pack, rule

BUREAUS = ("province_bureau", "city_bureau", "county_bureau")
_PROVINCE = re.compile(
    r"^(?:[\u4e00-\u9fa5]{2,8}?(?:省|自治区)|北京市|上海市|天津市|重庆市|新疆生产建设兵团)"
)
_CITY = re.compile(
    r"^[\u4e00-\u9fa5]{2,10}?(?:市|自治州|州|盟|地区)(?![\u4e00-\u9fa5]{1,6}[县区旗](?![\u4e00-\u9fa5]*部门))"
)
_COUNTY = re.compile(r"(?:县|区|旗)(?=[\u4e00-\u9fa5]*(?:局|委|会|府|办))")
_LEAD = re.compile(
    r"^(?:[一二三四五六七八九十]{1,2}(?:是|要)|第[一二三四五六]|[①-⑩]|（\d{1,2}）|同时|并且?|另外|此外|其中|即|请|对此|[，、：]|常[\u4e00-\u9fa5]{2}(?=，)|于|在(?=\d|今|年|本|每)|到|至|截至|争取|力争|鼓励|支持|提倡|确保|每[年月季周半度两]{1,3})+"
)
_FOLLOW = re.compile(
    r"^(?:，|：|$|也|均|都|还|将|已|全部|一律|全面|自觉|认真|切实|积极|分别|继续|严格|务必|至少|原则上|不|每|按|根据|对|要|应|须|必须|需|可|负责|牵头|主动|依法|及时|定期|立即|统一|相应|加大|同步|进一步|深入|结合|自行|协商|于|在|以|从|通过|利用|针对|围绕|聚焦|年底|今|由|(?:20)?\d|[^，。；、的]{0,8}?(?:一律|自查(?![^，]{0,4}的)|同步|开展|组织|制定|制订|建立|落实|完成|实施|采取|采用|使用|使|应用|推广|编制|配备|设置|检查|排查|整改|报送|上报|报告|督促|指导|推进|加强|强化|做好|明确|确定|成立|抽调|安排|部署|培训|梳理|形成|汇总|接入|达|履行|参加|执行|填报|选树|创建|推动|完善|健全|进行|提供|购买|移交|反馈|召开|带队|签订|提交|确保|严守|收集))"
)
_BLOCKERS = re.compile(
    r"[对将把向与给让为比至于在]|惩处|问责|处罚|打击|整治|保障|压实|每家|每个|报|被(?!帮扶)|\d(?:家|户)|督促|推动|指导|帮助|监督|引导|组织|要求|督导|协助|促进|推进|倒逼|支持|鼓励|禁止|检查|排查|开展|加强|强化|落实|制定|建立|完善|报送|纳入|按照|根据|推广|发挥|聘请|约谈|严禁|选取|通报|查处|摸清|加大|确定|针对|结合|实施|提升|提高|(?<![主重必首紧])要(?!求|点|素)|应当|必须|是否|经(?!营)|完成|实现|创建|树立|选树|培育|聚焦|围绕|安排|查处|发动|提醒|带动|抽调|抽检|抽查|避免|严防|提供|引入|引进|深化|选聘|曝光|打造|列入|严把|摸清|厘清|建设(?!单位|项目)|持续|继续|采取|利用|通过|发现"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A party named in the text."""

    start: int
    end: int
    codes: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Roles:
    """The notice's own reading of 各级, 各县 and of a sentence without subject."""

    body: str  # bureau, committee, government
    level: str  # province, city, county
    addressed: tuple[str, ...]
    recipients: tuple[str, ...]

    @classmethod
    def of(cls, document: Document) -> "Roles":
        """Read the roles from issuer and recipients."""
        issuer = document.issuer or ""
        level = _level(issuer or (document.letterhead or ""))
        line = "，".join(document.recipients)
        body = "bureau"
        if re.search(r"委员会|安委会|专委会|安委办|指挥部|领导小组", issuer):
            body = "committee"
        elif re.search(r"人民政府", issuer) or (
            re.search(r"人民政府", line) and not re.search(r"应急|安监", line)
        ):
            body = "government"
        recipients = _recipient_codes(line, body, level)
        if (
            level == "city"
            and re.search(r"乡镇|镇街|街道|各镇", line)
            and "county_bureau" not in recipients
            and not re.search(r"各(?:县|区)", line)
        ):
            level = "county"  # a county-level city addresses its towns
            recipients = _recipient_codes(line, body, level)
        below = {
            "province": ("city_bureau", "county_bureau"),
            "city": ("county_bureau",),
            "county": ("town",),
        }[level]
        if body == "committee":
            below = ("committee", "department")
        elif body == "government":
            below = ("other", "department") if level != "county" else ("town", "department")
        if recipients and set(recipients) <= {"enterprise"}:
            below = ("enterprise",)
        return cls(body, level, below, recipients or below)

    @property
    def issuer(self) -> str:
        """The issuer's own code."""
        return (
            "committee"
            if self.body == "committee"
            else {"province": BUREAUS[0], "city": BUREAUS[1], "county": BUREAUS[2]}[self.level]
        )

    def resolve(self, level: str) -> tuple[str, ...]:
        """Return the codes for a level named without its office (各县, 各级, 各单位)."""
        if level == "all_units":
            extra = (
                ("county_bureau",) if self.level == "province" and "city_bureau" in self.recipients else ()
            )
            return tuple(dict.fromkeys((*self.recipients, *extra)))
        if level == "addressed":
            return self.addressed
        if self.body == "committee":
            return ("committee",) if level in ("county", "city", "province") else ("committee", "department")
        if level == "county_town":
            return ("county_bureau", "town")
        if self.body == "government":
            return ("other",) if level in ("county", "city") else ("other", "department")
        return levels(level, self.level)


def levels(level: str, issuer_level: str) -> tuple[str, ...]:
    """Return the bureaus of a level word."""
    first = ("province", "city", "county").index(issuer_level)
    return {
        "all_levels": BUREAUS[first:],
        "province_city_county": BUREAUS,
        "city_county": BUREAUS[1:],
        "province": BUREAUS[:1],
        "city": BUREAUS[1:2],
        "county": BUREAUS[2:],
    }.get(level, BUREAUS[first:])


def _level(issuer: str) -> str:
    if _PROVINCE.match(issuer):
        return (
            "county"
            if re.match(r"(?:北京市|上海市|天津市|重庆市)[\u4e00-\u9fa5]{1,5}[区县]", issuer)
            else "province"
        )
    if _COUNTY.search(issuer) and not re.search(r"自治区", issuer):
        return "county"
    return "city"


def _recipient_codes(line: str, body: str, level: str) -> tuple[str, ...]:
    codes: list[str] = []
    if body == "committee" or re.search(r"委员会|安委会|专委会", line):
        codes.append("committee")
    elif body == "government" or "人民政府" in line:
        codes.append("other")
    else:
        if re.search(r"各(?:设区|地级)?的?市|各州|各盟", line):
            codes.append("city_bureau")
        if re.search(r"各(?:县|区|旗)|县（|区县|(?:县|区)应急", line):
            codes.append("county_bureau")
    if re.search(r"部门|成员单位|委办局|各(?:直属|处室)", line):
        codes.append("department")
    if re.search(r"乡镇|镇人民政府|街道", line):
        codes.append("town")
    if re.search(r"企业|公司|集团|矿山", line):
        codes.append("enterprise")
    return tuple(dict.fromkeys(codes))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = [
        (row["code"], re.compile("|".join(f"(?:{p})" for p in row["patterns"])))
        for row in pack("actors")["actors"]
    ]
    return tuple(rows)


@cache
def _places() -> tuple[tuple[str, re.Pattern[str]], ...]:
    bureau = "|".join(pack("actors")["bureau"]["words"])
    return tuple(
        (
            row["level"],
            re.compile(f"(?:{row['pattern']})(?P<bureau>(?:[^，。；、要对]{{0,4}})?(?:{bureau}))?"),
        )
        for row in pack("actors")["places"]
    )


_NAMED = re.compile(
    r"(?<![\u4e00-\u9fa5])(?P<own>省厅|省局|市局|县局|区局|州局)|(?P<name>[\u4e00-\u9fa5]{1,4}(?:县|区|旗)|[\u4e00-\u9fa5]{2,3}市|省|市|县)(?:级)?(?P<bureau>应急(?:管理)?(?:局|厅|部门))|(?P<bare>[\u4e00-\u9fa5]{2,3}(?:县|旗))(?=要|应|须|负责)"
)


@cache
def _office() -> re.Pattern[str]:
    """应急管理部门 and the like without a level in front."""
    return re.compile("(?<![\u4e00-\u9fa5])(?:" + "|".join(pack("actors")["bureau"]["words"][:2]) + ")")


@lru_cache(maxsize=2048)
def mentions(text: str, roles: Roles) -> tuple[Mention, ...]:
    """Return the parties named in ``text``, longest first at each place, without overlaps."""
    found: list[Mention] = []
    for level, pattern in _places():
        for m in pattern.finditer(text):
            codes = levels(level, roles.level) if m["bureau"] else roles.resolve(level)
            if m["bureau"] and level == "addressed":
                codes = ("county_bureau",)
            if m["bureau"] and "监管部门" in m["bureau"] and "应急" not in m["bureau"]:
                codes = (*[c for c in codes if c != "province_bureau"], "department")
            found.append(Mention(m.start(), m.end(), codes, m[0]))
    for m in _NAMED.finditer(text):
        name = m["name"] or m["bare"] or m["own"][0]
        code = (
            "province_bureau"
            if name.endswith("省")
            else "city_bureau"
            if name in ("市",) or (name.endswith("市") and roles.level == "province")
            else "county_bureau"
        )
        if m["bare"]:
            found.append(Mention(m.start(), m.end(), roles.resolve("county"), m[0]))
        else:
            found.append(Mention(m.start(), m.end(), (code,), m[0]))
    below = tuple(c for c in levels("all_levels", roles.level) if c != "province_bureau")
    found += [Mention(m.start(), m.end(), below, m[0]) for m in _office().finditer(text)]
    for code, pattern in _patterns():
        found += [Mention(m.start(), m.end(), (code,), m[0]) for m in pattern.finditer(text) if m[0]]
    found += [
        Mention(m.start(), m.end(), ("enterprise",), m[0])
        for m in rule("actors", "enterprise_heads").finditer(text)
    ]
    people = rule("actors", "enterprise_people")
    found += [Mention(m.start(), m.end(), ("enterprise",), m[0]) for m in people.finditer(text)]
    found.sort(key=lambda x: (x.start, -(x.end - x.start)))
    out: list[Mention] = []
    for item in found:
        if out and item.start < out[-1].end:
            if item.end - item.start > out[-1].end - out[-1].start:
                out[-1] = item
            continue
        out.append(item)
    return tuple(out)


def lead_length(text: str, taken: tuple[int, int] | None = None) -> int:
    """Return how many characters of ``text`` come before a subject could stand (connectors, a date)."""
    at = 0
    while True:
        found = _LEAD.match(text[at:])
        step = found.end() if found else 0
        if taken and taken[0] <= at + step < taken[1]:
            step = taken[1] - at
        if not step:
            return at
        at += step


def subject(text: str, masked: str, roles: Roles, date_span: tuple[int, int] | None = None) -> Mention | None:
    """Return the subject at the head of a part, or after 由; chains (甲、乙和丙) count as one."""
    named = mentions(masked, roles)
    by = re.search(r"(?:^|[，、（的]|，?可?)由", masked)
    if by:
        after = [m for m in named if by.end() <= m.start <= by.end() + 10]
        if after and not re.match(r"于", masked[by.end() :]):
            return _chain(after, masked)
    head = lead_length(masked, date_span)
    candidates = [m for m in named if m.start >= head]
    if (
        not candidates
        or candidates[0].start - head > 34
        or _BLOCKERS.search(masked[head : candidates[0].start])
    ):
        return None
    chain = _chain(candidates, masked)
    chain = Mention(chain.start, chain.end, chain.codes, masked[head : chain.end])
    rest = masked[chain.end :]
    if re.search(r"工作，?$", masked) and not re.search(r"要|应|必须|负责|开展|做好|完成", rest):
        return None
    if (
        rest.startswith(("的", "之间", "和", "、", "安全监管", "监管"))
        or not _FOLLOW.match(rest)
        or masked.startswith("其中")
    ):
        return None
    bare = not rest.strip("，：。；")
    if (
        bare
        and not masked[: candidates[0].start].endswith("的")
        and rule("actions", "verbs").search(masked[head : candidates[0].start + 2])
    ):
        return None
    return chain


def _chain(named: Sequence[Mention], text: str) -> Mention:
    first = named[0]
    codes, end = list(first.codes), first.end
    for item in named[1:]:
        between = text[end : item.start]
        if not re.fullmatch(r"(?:主要|分管)?(?:[、和及与或]|以及)?[^，。；的对将把要应必须]{0,12}", between):
            break
        joined = bool(re.match(r"[、和及与或]|以及", between))
        if not joined and between:
            break
        if item.codes == ("enterprise_head",) and not joined:
            codes = [*item.codes, *[c for c in codes if c != "enterprise_head"]]
        else:
            codes += [c for c in item.codes if c not in codes]
        end = item.end
    return Mention(first.start, end, tuple(dict.fromkeys(codes)), text[first.start : end])


_AGENT = re.compile(
    r"(?:(?!的|创建|工伤|安全生产|定级|保险|培训|之间)[^，。；的]{0,10}?)(?:"
    + rule("actions", "verbs").pattern
    + r"|对|将|按|依|自|有|用|煤气|把|以|做到|入|尽接)"
)


@cache
def _oversight() -> re.Pattern[str]:
    return re.compile(f"(?:{rule('actors', 'oversight_verbs').pattern})+(?=(?P<object>[^，。；]{{0,40}}))")


def overseen(masked: str, roles: Roles) -> tuple[tuple[str, ...], str]:
    """Return the parties an authority is to make act (督促企业…, 组织各县…) and the words."""
    for match in _oversight().finditer(masked):
        inside = mentions(match["object"], roles)
        if (
            not inside
            or "、" in match["object"][: inside[0].start][:1]
            or _BLOCKERS.search(match["object"][: inside[0].start])
            or "enterprise_head" in inside[0].codes
        ):
            continue
        tail = match["object"][inside[0].end :]
        if rule("actors", "enterprise_people").fullmatch(inside[0].words) or (
            tail and not _AGENT.match(tail)
        ):
            continue
        return inside[0].codes, match[0] + match["object"][: inside[0].end]
    return (), ""
