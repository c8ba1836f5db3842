"""Builds annex1.docx to annex4.docx; headings and row wording are those of 忻应急发〔2024〕216号, annexes 1 to 4."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bihuan.foundation.documents.template_build import Form, FormColumn, Signature, form_sheet, save

HERE = Path(__file__).parent
SIGNED = Signature(
    (
        "填报人：{{ signers.filled_by }}",
        "审核人：{{ signers.checked_by }}",
        "签发人：{{ signers.approved_by }}",
        "（盖章）",
    )
)


def found_and_fixed(source: str) -> str:
    """The run of words that the annex repeats for every channel."""
    return (
        f"发现一般问题隐患[[{source}.general_found]]条，已整改[[{source}.general_fixed]]条；"
        f"重大事故隐患[[{source}.major_found]]条，已整改[[{source}.major_fixed]]条"
    )


ANNEX1_ROWS: Sequence[Sequence[str | Sequence[str]]] = [
    ["1", "部署推进", [
        "1. [[deployment.plans]]个县（区）制定了实施方案（通知）。",
        "2. {{ deployment.meetings }}",
        "3. {{ deployment.measures }}",
        "4. {{ deployment.dispatch }}",
    ], "各地情况不同，按实际进展填写即可，每周汇总。"],
    ["2", "企业自查自改", (
        f"[[self_check.planned]]家企业制定了自查自改工作方案，{found_and_fixed('self_check')}"
        "（其中确定标杆企业[[self_check.benchmark_firms]]家，帮扶企业[[self_check.helped_firms]]家，"
        f"{found_and_fixed('helped')}）。"
    ), ""],
    ["3", "市县联合检查", (
        f"市本级检查[[city_check.firms]]家企业，{found_and_fixed('city_check')}。"
        f"县级共检查[[county_check.firms]]家企业，{found_and_fixed('county_check')}。"
    ), ""],
    ["4", "县级交叉检查", (
        "对[[cross_check.counties]]县开展了交叉检查，[[cross_check.counties]]县的[[cross_check.firms]]家企业，"
        f"{found_and_fixed('cross_check')}。"
    ), "工作开展后填写。"],
    ["5", "行政处罚", (
        "处罚企业[[penalties.firms]]家，合计处罚[[penalties.firms_fen|wan]]万元，"
        "处罚企业主要负责人[[penalties.principals]]人，合计处罚[[penalties.principals_fen|wan]]万元；"
        "限期整改[[penalties.time_limited]]家，停产整改[[penalties.stopped]]家，取缔关闭[[penalties.closed]]家。"
    ), ""],
    ["6", "宣传曝光", "{{ publicity }}", ""],
    ["7", "存在问题", "{{ problems }}", ""],
    ["8", "意见建议", "{{ suggestions }}", ""],
]  # fmt: skip
ANNEX1_COLUMNS = (
    FormColumn("序号", 12, ""),
    FormColumn("类别", 27, ""),
    FormColumn("要点", 94, "", "both"),
    FormColumn("备注", 23, "", "left"),
)
ANNEX2_COLUMNS = (
    FormColumn("序号", 9, "{{ loop.index }}"),
    FormColumn("企业名称", 23, "{{ row.firm }}", "left"),
    FormColumn("所在市（县、区）", 14, "{{ row.place }}"),
    FormColumn("行业类别", 13, "{{ row.sector }}"),
    FormColumn("检查环节", 13, "{{ row.stage }}"),
    FormColumn("检查单位", 17, "{{ row.checked_by }}", "left"),
    FormColumn("检查时间", 18, "{{ row.checked_on|cn_date }}"),
    FormColumn("重大隐患明细", 30, "{{ row.detail }}", "left"),
    FormColumn("整改措施", 33, "{{ row.measures }}", "left"),
    FormColumn("挂牌督办单位", 16, "{{ row.supervisor }}", "left"),
    FormColumn("行政处罚情况", 15, "{{ row.penalty }}", "left"),
    FormColumn("整改完成情况", 16, "{{ row.completion }}", "left"),
    FormColumn("备注", 10, "{{ row.note }}", "left"),
)
ANNEX3_COLUMNS = (
    FormColumn("序号", 16, "{{ loop.index }}"),
    FormColumn("检查方", 45, "{{ row.inspecting }}"),
    FormColumn("受检方", 45, "{{ row.inspected }}"),
    FormColumn("备注", 50, "{{ row.note }}"),
)
ANNEX4_COLUMNS = (
    FormColumn("序号", 10, "{{ loop.index }}"),
    FormColumn("企业名称", 32, "{{ row.firm }}", "left"),
    FormColumn("所在县（市、区）", 18, "{{ row.county }}"),
    FormColumn("行业", 16, "{{ row.sector }}"),
    FormColumn("检查单位", 22, "{{ row.checked_by }}", "left"),
    FormColumn("检查时间", 20, "{{ row.checked_on|cn_date }}"),
    FormColumn("一般隐患（条）", 16, "{{ row.general|num }}", whole=True),
    FormColumn("重大事故隐患（条）", 18, "{{ row.major|num }}", whole=True),
    FormColumn("采取的行政处罚措施", 22, "{{ row.penalty_measures }}", "left"),
    FormColumn("行政情况", 18, "{{ row.penalty_status }}", "left"),
    FormColumn("整改完成情况", 20, "{{ row.completion }}", "left"),
    FormColumn("备注", 13, "{{ row.note }}", "left"),
)


ANNEX1 = Form(
    annex="附件 1",
    title=("{{ campaign }}", "周调度统计表"),
    columns=ANNEX1_COLUMNS,
    fixed_rows=ANNEX1_ROWS,
    compact=True,
    note=(
        "按照工作部署，周调度表每周五汇总。其中，调度事项中需要概述工作简要情况的，按每周实际工作情况填写；"
        "其余信息，填报自专项行动部署以来的累计数据，逐周累加更新。"
    ),
    signatures=(SIGNED,),
)
ANNEX2 = Form(
    annex="附件 2",
    title=("{{ campaign }}重大事故隐患台账",),
    landscape=True,
    columns=ANNEX2_COLUMNS,
    note=(
        "检查环节为企业自查、市县检查、交叉检查、市级督查、群众举报；整改措施需明确整改责任、措施、资金、时限、预案；"
        "已完成整改的需在整改完成情况说明完成时间；本统计表每周五上报，为累计数据。"
    ),
    signatures=(SIGNED,),
)
ANNEX3 = Form(
    annex="附件 3",
    title=("{{ campaign }}", "县级交叉检查工作安排表"),
    head=None,
    columns=ANNEX3_COLUMNS,
    note="交叉检查工作原则上在 {{ period }}开展，具体时间由各县协商确定，各县交叉检查应包含开发区。",
)
# The printed heading 行政情况 is the notice's own (read: 行政处罚情况).
ANNEX4 = Form(
    annex="附件 4",
    title=("{{ campaign }}", "县级交叉检查隐患情况汇总表"),
    landscape=True,
    columns=ANNEX4_COLUMNS,
    note="本表由受检县填报",
    signatures=(SIGNED,),
)
FORMS = {"annex1": ANNEX1, "annex2": ANNEX2, "annex3": ANNEX3, "annex4": ANNEX4}


def build() -> list[Path]:
    """Write the four files beside this module."""
    return [save(form_sheet(form), HERE / f"{name}.docx") for name, form in FORMS.items()]
