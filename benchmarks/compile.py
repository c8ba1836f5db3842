"""The clause compiler: scores per notice (shared and own) and pages a second.

    PYTHONPATH=src python benchmarks/compile.py

A page is 800 characters. The last line is one JSON object.
"""

from __future__ import annotations

import json
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bihuan.directives.compiler import CompileError, compile_text
from tests.directives_corpus.scoring import ABSENT, OWN, SHARED, Case, cases, score, scorer

PAGE = 800
PAGES = 50
ROUNDS = 3


def seconds_for(text: str) -> float:
    """Best of a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        compile_text(text)
        best = min(best, time.perf_counter() - start)
    return best


def fifty_pages(text: str) -> str:
    """The notice's clauses over and over, without the foot and the attachments that would end it."""
    body = (
        "\n".join(line for line in text.splitlines() if not re.search("印发|抄送|附件|公开发布", line)) + "\n"
    )
    return (body * (PAGES * PAGE // len(body) + 1))[: PAGES * PAGE]


HOSTILE = (
    "督促企业，",
    "（" * 9 + "要",
    "6月底前报送",
    "各县（市、区）",
    "一、",
    "每季度至少1次、",
    "甲县创建1家、",
    "“是否",
    "对…的，",
)


def hostile_seconds() -> float:
    """The slowest of fifty pages that repeat one phrase."""
    slowest = 0.0
    for phrase in HOSTILE:
        text = "一、任务\n" + phrase * (PAGES * PAGE // len(phrase))
        start = time.perf_counter()
        with suppress(CompileError):
            compile_text(text)
        slowest = max(slowest, time.perf_counter() - start)
    return slowest


def figures(result: dict[str, Any]) -> dict[str, float | None]:
    """The figures the issue names."""
    everything, dated = result["all"], result["dated"]
    return {
        "precision": everything["precision"],
        "recall": everything["recall"],
        "f1": everything["f1"],
        "dated_precision": dated["precision"],
        "dated_recall": dated["recall"],
        "deadline": dated.get("deadline"),
        "period_frequency": dated.get("period_frequency"),
        "actors": everything["actors_jaccard"],
        "kind": everything["kind"],
        "quantity": everything["quantity_where_gold_has_one"],
        "applies_to": everything["applies_to_jaccard"],
    }


def main() -> None:
    """Print a table and the JSON line."""
    found: list[tuple[str, Case]] = [
        (group, c) for group, folder in (("shared", SHARED), ("own", OWN)) for c in cases(folder)
    ]
    module = scorer()
    report: dict[str, Any] = {"page_characters": PAGE, "notices": {}}
    if module is None:
        print(f"no scores: {ABSENT}")
        report["scores_absent"] = ABSENT
    for group, case in found if module else []:
        row = {k: round(v, 4) if v is not None else None for k, v in figures(score(case, module)).items()}
        report["notices"][case.name] = {"set": group, **row}
        print(group, case.name, "  ".join(f"{k} {v}" for k, v in row.items()))
    pages = sum(len(case.text) for _, case in found) / PAGE
    spent = sum(seconds_for(case.text) for _, case in found)
    fifty = fifty_pages(max((case.text for _, case in found), key=len))
    report["slowest_hostile_50_pages"] = round(hostile_seconds(), 3)
    report |= {
        "pages_per_second": round(pages / spent, 1),
        "seconds_for_50_pages": round(seconds_for(fifty), 3),
    }
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
