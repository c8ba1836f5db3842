"""Which column of a county's sheet holds which field: headers as counties write them (导入列名对应)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

IGNORED = "导入错误"
"""The column that the error workbook adds; it never counts as data."""


@dataclass(frozen=True)
class Target:
    """One field that a sheet may fill."""

    key: str
    title: str
    synonyms: tuple[str, ...]
    required: bool = False


TARGETS = (
    Target("name", "企业名称", ("企业名称", "单位名称", "企业全称", "单位", "名称", "生产经营单位名称", "企业名"), required=True),
    Target("credit_code", "统一社会信用代码", ("统一社会信用代码", "信用代码", "社会信用代码", "统一信用代码", "统一代码", "营业执照号"), required=True),
    Target("short_name", "简称", ("简称", "企业简称")),
    Target("supervisor", "牵头监管单位", ("牵头监管单位", "监管单位", "属地", "属地监管部门", "所属县区", "县区", "县（市、区）", "所在市(县、区)", "监管部门", "辖区")),
    Target("division", "行政区划", ("行政区划", "区划代码", "所在行政区划", "所在县区")),
    Target("address", "地址", ("地址", "企业地址", "详细地址", "生产经营地址", "经营地址", "厂址", "所在地")),
    Target("sector", "监管行业", ("监管行业", "行业", "行业类别", "所属行业", "行业分类", "行业类型")),
    Target("industry_code", "行业代码", ("行业代码", "国民经济行业代码", "国民经济行业", "行业小类代码")),
    Target("processes", "工艺", ("工艺", "主要工艺", "生产工艺", "涉及工艺")),
    Target("ownership", "所有制", ("所有制", "企业性质", "经济类型", "隶属关系")),
    Target("scale", "规模", ("规模", "企业规模", "规模类型")),
    Target("above_scale", "规模以上", ("规模以上", "是否规上", "规上", "是否规模以上")),
    Target("headcount", "从业人数", ("从业人数", "职工人数", "员工人数", "人数", "从业人员", "职工总数", "员工数")),
    Target("dust_workers", "涉粉作业人数", ("涉粉作业人数", "涉粉人数", "粉尘作业人数", "涉粉作业10人以上人数")),
    Target("principal_name", "主要负责人", ("主要负责人", "法定代表人", "负责人", "法人", "法人代表", "企业负责人")),
    Target("principal_phone", "主要负责人电话", ("主要负责人电话", "联系电话", "电话", "负责人电话", "法人电话", "联系方式", "手机")),
    Target("safety_contact", "安全负责人", ("安全负责人", "安全管理人员", "安全员", "分管安全负责人", "安全联系人")),
    Target("safety_phone", "安全负责人电话", ("安全负责人电话", "安全员电话", "安全管理人员电话", "安全联系人电话")),
    Target("status", "生产状态", ("生产状态", "状态", "企业状态", "经营状态", "生产经营状态", "运行状态")),
    Target("standardisation_level", "标准化等级", ("标准化等级", "标准化", "安全生产标准化等级", "安全标准化", "达标等级")),
)
BY_KEY = {target.key: target for target in TARGETS}


def plain(header: str) -> str:
    """A header without blanks, marks and units, for comparing."""
    text = re.sub(r"[\s*＊:：、，,./（）()\[\]【】_-]", "", header)
    return re.sub(r"(必填|选填|万元|人$|名$)", "", text)


_BY_SYNONYM = {plain(word): target.key for target in TARGETS for word in target.synonyms}


def guess(header: str, remembered: Mapping[str, str] | None = None) -> str:
    """The field of a header: as this organisation mapped it last time, else by synonym; "" when unknown."""
    key = plain(header)
    if remembered and key in remembered:
        return remembered[key] if remembered[key] in BY_KEY else ""
    return _BY_SYNONYM.get(key, "")


def guess_all(headers: Sequence[str], remembered: Mapping[str, str] | None = None) -> list[str]:
    """The field of every column; each field at most once, the first column wins."""
    taken: set[str] = set()
    found = []
    for header in headers:
        key = guess(header, remembered)
        found.append("" if key in taken else key)
        taken.add(key)
    return found


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """The row that looks like the headers: the one with most known words, at least two; None when there is none."""
    best, place = 1, None
    for number, row in enumerate(rows):
        hits = len({guess(text) for text in row if text} - {""})
        if hits > best:
            best, place = hits, number
    return place


def mapping_faults(mapping: Sequence[str]) -> list[str]:
    """What is wrong with a choice of fields, in words."""
    chosen = [key for key in mapping if key]
    faults = [f"请指定“{t.title}”是哪一列。" for t in TARGETS if t.required and t.key not in chosen]
    twice = {key for key in chosen if chosen.count(key) > 1}
    return faults + [f"“{BY_KEY[key].title}”对应了不止一列，请只保留一列。" for key in sorted(twice)]
