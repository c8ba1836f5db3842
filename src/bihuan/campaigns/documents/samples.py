"""Full sample contexts of the annexes: what a template may use, and what a replaced template is tried with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bihuan.foundation.documents.imprint import imprint

AT = datetime(2025, 3, 7, 2, 32, tzinfo=UTC)
CAMPAIGN = "冶金工贸行业隐患排查整治专项行动"
SIGNERS = {"filled_by": "李岩", "checked_by": "张敏", "approved_by": "王建国"}


def pair(general_found: int, general_fixed: int, major_found: int, major_fixed: int) -> dict[str, int]:
    """Found and fixed, general and major."""
    return {
        "general_found": general_found, "general_fixed": general_fixed,
        "major_found": major_found, "major_fixed": major_fixed,
    }  # fmt: skip


def head(**facts: Any) -> dict[str, Any]:
    """The keys that all four annexes share."""
    return {
        "campaign": CAMPAIGN, "unit": "忻州市冶金工贸安全生产专业委员会办公室", "filled_on": date(2025, 3, 7),
        "signers": SIGNERS, **facts, "imprint": imprint(facts, at=AT, edition="第13期", state="已锁定"),
    }  # fmt: skip


def annex1() -> dict[str, Any]:
    """周调度统计表."""
    return head(
        deployment={
            "plans": 14,
            "meetings": "本周召开调度会2次、约谈企业3家，开展市县联合检查18家次。",
            "measures": "原平、定襄推行“进一次门、查多项事”；忻府区开展酱腌菜企业“敲门行动”。",
            "dispatch": "通报1期，下发督促函4份。",
        },
        self_check={"planned": 486, "benchmark_firms": 28, "helped_firms": 96, **pair(2438, 2406, 41, 36)},
        helped=pair(742, 701, 7, 6),
        city_check={"firms": 37, **pair(214, 189, 12, 9)},
        county_check={"firms": 412, **pair(2086, 1901, 33, 26)},
        cross_check={"counties": 9, "firms": 31, **pair(168, 74, 5, 2)},
        penalties={
            "firms": 46, "firms_fen": 128_600_000, "principals": 11, "principals_fen": 14_200_000,
            "time_limited": 203, "stopped": 7, "closed": 2,
        },
        publicity="市融媒体中心播发报道3篇，曝光典型案例2起；县级主流媒体报道17篇。",
        problems="中小企业粉尘清扫制度落实不到位；有限空间监护人员配备不足；西部县专业检查力量薄弱。",
        suggestions="建议统筹省级专家力量，对西部县开展粉尘涉爆、有限空间专题帮扶。",
    )  # fmt: skip


def annex2() -> dict[str, Any]:
    """重大事故隐患台账."""
    row = {
        "firm": "定襄县某法兰锻造有限公司", "place": "定襄县", "sector": "机械", "stage": "企业自查",
        "checked_by": "企业主要负责人", "checked_on": date(2025, 2, 18),
        "detail": "会议室设置在铁水吊运影响范围内。",
        "measures": "责任：总经理赵某；措施：搬迁会议室；资金：12万元；时限：2025年3月20日；预案：吊运期间清空人员。",
        "supervisor": "定襄县应急管理局", "penalty": "无", "completion": "2025年3月5日完成", "note": "",
    }  # fmt: skip
    late = row | {"stage": "群众举报", "sector": "建材", "completion": "整改中", "note": "延期至4月10日"}
    return head(rows=[row, late])


def annex3() -> dict[str, Any]:
    """县级交叉检查工作安排表."""
    return head(
        period="2025 年 3 月",
        rows=[
            {"inspecting": "忻府区", "inspected": "原平市", "note": ""},
            {"inspecting": "原平市", "inspected": "定襄县", "note": ""},
        ],
    )


def annex4() -> dict[str, Any]:
    """县级交叉检查隐患情况汇总表."""
    return head(
        rows=[
            {
                "firm": "原平市某铝业有限公司", "county": "原平市", "sector": "有色", "checked_by": "忻府区交叉检查组",
                "checked_on": date(2025, 3, 12), "general": 6, "major": 1, "penalty_measures": "责令限期整改",
                "penalty_status": "立案调查", "completion": "已整改5条", "note": "",
            }
        ]
    )  # fmt: skip
