"""Figures of paired help (附件1 行2 其中)."""

from bihuan.assistance.models import Benchmark, Pairing
from bihuan.foundation.figures.registry import Base, Distinct, figure

SOURCE = "忻应急发〔2024〕216号 附件1 行2"
BENCHMARKS = Base("assistance.benchmark", "标杆企业", queryset=lambda: Benchmark.objects.all(), unit="unit_id", window="started_at", link="assistance:benchmarks")
PAIRINGS = Base("assistance.pairing", "结对帮扶", queryset=lambda: Pairing.objects.all(), unit="unit_id", window="started_at", link="assistance:pairings")
BENCHMARK_FIRMS = figure(
    "assistance.benchmark.firms", "确定标杆企业", unit="家", base=BENCHMARKS, at="started_at", measure=Distinct("enterprise_id"), source=SOURCE,
    definition="专项行动期间确定的标杆企业。",
)  # fmt: skip
HELPED_FIRMS = figure(
    "assistance.helped.firms", "帮扶企业", unit="家", base=PAIRINGS, at="started_at", measure=Distinct("enterprise_id"), source=SOURCE,
    definition="专项行动期间与标杆企业结对的被帮扶企业。",
)  # fmt: skip
