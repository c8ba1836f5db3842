"""Head and foot of a notice: number, title, issuer, dates, recipients, copies, basis, campaign window."""

import re
from datetime import date
from itertools import pairwise

from .dates import month_end
from .model import Campaign, Document
from .paragraphs import Block, numbering
from .sentences import Piece, mask, split

_NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,16}(?:〔|（)20\d\d[〕）\d]{1,2}第?\d{1,4}号")
_TITLE_END = re.compile(r"的(?:通知|意见|通报|函|决定|公告|方案|通告|批复)$")
_PLAN_TITLE = re.compile(r"(?:方案|计划|要点|措施|办法|细则)(?:（[^）]*）)?$")
_DATE = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")
_CN_DATE = re.compile(
    r"([二〇○O零一三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_RECIPIENT = re.compile(r"^(?:主送：)?[^。]{2,300}：$")
_YEARS = re.compile(r"(20\d\d)[—至-](20\d\d)年")
_WINDOW_END = re.compile(
    r"(?:即日起|自?(20\d\d)年(\d{1,2})月(?:(\d{1,2})日)?起?|自?印发之日起)(?:开始|，)?(?:至|到|—)(?:(20\d\d)年)?(\d{1,2})月(?:(\d{1,2})日|(底|末|份))?"
)
_BASIS = re.compile(r"《(?:[^《》]|《[^》]*》|〈[^〉]*〉)+》(?:（[^（）]{3,30}号）)?")


def header_end(blocks: list[Block]) -> int:
    """Return the index of the first block after the recipients (0 when there are none)."""
    for index, block in enumerate(blocks[:40]):
        if block.rows:
            continue
        text = block.text
        if numbering(text) and index > 2:
            return 0
        if (
            _RECIPIENT.match(text)
            and re.search(r"[各有局厅部委府司企业院校会]", text)
            and "，" * 6 not in text
        ):
            if not re.search(r"(?:如下|通知|要求|职责)：$", text):
                return index + 1
        lead = re.match(r"[^。：]{2,200}：", text)
        if lead and re.match(r"各", text) and len(text) > len(lead[0]):
            return index + 1
    return 0


def read_document(blocks: list[Block], body: int) -> Document:
    """Read the head (blocks before ``body``) and the foot of the notice."""
    paragraphs = [b.text for b in blocks if not b.rows]
    head = [b.text for b in blocks[: body or 12] if not b.rows]
    title = _title(head)
    issuer = _issuer(title)
    signed, printed = _dates(paragraphs)
    signer = _signer(paragraphs)
    letterhead = next(
        (re.sub(r"(?:红头)?文件$", "", t) for t in head if re.fullmatch(r"[\u4e00-\u9fa5]{4,40}文件", t)),
        None,
    )
    number = next((m[0] for t in paragraphs[:30] if (m := _NUMBER.search(t))), None)
    issued = signed or printed
    year = int(y[1]) if number and (y := re.search(r"(20\d\d)", number)) else None
    source = "signature" if signed else "print_date" if printed else None
    return Document(
        doc_number=number,
        title=title,
        issuer=issuer or letterhead or signer,
        letterhead=letterhead if letterhead and letterhead != issuer else None,
        issue_date=issued or (date(year, 1, 1) if year else None),
        issue_date_source=source or ("doc_number" if year else None),
        print_date=printed,
        recipients=_recipients(head[-1]) if body and head else (),
        cc=_copies(paragraphs),
        basis=_basis(blocks, body),
        campaign=_campaign(title or "", paragraphs, issued),
    )


def _title(head: list[str]) -> str | None:
    for end, text in enumerate(head):
        if not _TITLE_END.search(text):
            continue
        start = end
        while start > 0 and "关于" not in "".join(head[start : end + 1]) and end - start < 4:
            start -= 1
        if (
            start > 0
            and head[start].startswith("关于")
            and re.fullmatch(r"[\u4e00-\u9fa5、]{4,60}(?:局|厅|会|府|办公室|部|委|室|队)", head[start - 1])
        ):
            start -= 1
        joined = "".join(head[start : end + 1])
        return _NUMBER.sub("", joined)
    return next((t for t in head if _PLAN_TITLE.search(t) and len(t) < 80), None)


def _issuer(title: str | None) -> str | None:
    found = re.match(r"([\u4e00-\u9fa5、]{4,60}?)关于", title or "")
    return found[1] if found else None


def _signer(paragraphs: list[str]) -> str | None:
    for before, text in pairwise(paragraphs):
        if (_DATE.fullmatch(text) or _CN_DATE.fullmatch(text)) and re.fullmatch(
            r"[\u4e00-\u9fa5、]{4,40}", before
        ):
            return before
    return None


def _dates(paragraphs: list[str]) -> tuple[date | None, date | None]:
    signed = printed = None
    for text in paragraphs:
        short = re.fullmatch(
            r"(?:[\u4e00-\u9fa5、]{2,40})?(20\d\d年\d{1,2}月\d{1,2}日|[二〇○O零一三四五六七八九]{4}年[^日]{2,6}日)",
            text,
        )
        if short and signed is None and "印" not in text:
            signed = day_of(short[1])
        if "印发" in text[-4:] and (found := _DATE.search(text)):
            printed = day_of(found[0])
    return signed, printed


def day_of(text: str) -> date | None:
    """Return the calendar date printed in ``text``, Arabic or Chinese numerals."""
    found = _DATE.search(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
        chinese = _CN_DATE.search(text)
        if chinese:
            from_cn = str.maketrans("〇○O零一二三四五六七八九", "0000123456789")
            year = int(chinese[1].translate(from_cn))
            return date(year, _small(chinese[2]), _small(chinese[3]))
    except ValueError:
        return None
    return None


def _small(text: str) -> int:
    tens, _, ones = text.rpartition("十")
    digit = "零一二三四五六七八九".index(ones) if ones else 0
    return digit + (10 * ("零一二三四五六七八九".index(tens) if tens else 1) if "十" in text else 0)


def _recipients(text: str) -> tuple[str, ...]:
    lead = re.match(r"(?:主送：)?([^。：]{2,300})：", text)
    if not lead:
        return ()
    line = lead[1]
    masked = mask(line, places=True)
    out: list[str] = []
    for piece in split(line, masked, Piece(0, len(line)), "，、；"):
        name = piece.of(line).strip("，、；")
        if out and re.fullmatch(r"各[\u4e00-\u9fa5]{1,2}", out[-1]):
            out[-1] += "、" + name  # 各市、州应急管理局 is one recipient
        else:
            out.append(name)
    return tuple(out)


def _copies(paragraphs: list[str]) -> tuple[str, ...]:
    for text in paragraphs:
        if text.startswith("抄送"):
            line = re.split(r"。", text[2:].lstrip("："))[0]
            masked = mask(line, places=True)
            return tuple(
                p.of(line).strip("，、；。") for p in split(line, masked, Piece(0, len(line)), "，、；")
            )
    return ()


def _basis(blocks: list[Block], body: int) -> tuple[str, ...]:
    out: list[str] = []
    for block in blocks[body : body + 12]:
        if block.rows:
            continue
        if numbering(block.text):
            break
        if (
            re.search(r"根据|按照|为(?:认真|深入|全面|切实)?(?:贯彻|落实)", block.text)
            and "现将《" not in block.text
        ):
            out += [m[0].replace("〔", "〔") for m in _BASIS.finditer(block.text)]
    return tuple(dict.fromkeys(out))


def _campaign(title: str, paragraphs: list[str], issued: date | None) -> Campaign | None:
    years = _YEARS.search(title)
    if years:
        return Campaign(date(int(years[1]), 1, 1), date(int(years[2]), 12, 31), years[0], years[0])
    for text in paragraphs:
        found = _WINDOW_END.search(text)
        if not found or not re.search(r"行动|整治|专项|检查|活动", text):
            continue
        year = int(found[4] or found[1] or (issued.year if issued else 0))
        month = int(found[5])
        if not year or not 1 <= month <= 12:
            continue
        try:
            end = date(year, month, int(found[6])) if found[6] else month_end(year, month)
            if not found[4] and issued and end < issued:
                end = end.replace(year=year + 1)
            start = date(int(found[1]), int(found[2]), int(found[3] or 1)) if found[1] else issued
        except ValueError:
            continue
        return Campaign(start, end, found[0][:12], found[0])
    return None
