"""Figures, ledger, import and pages at province scale on both databases, printed as ratios in one run.

    script/bench returns [--hazards 2000000 --firms 30000] [--only sqlite|postgresql] [--keep] [--rebuild]

Builds (or uses again) the databases of `bihuan demo --scale province`; a PostgreSQL server is looked for at
BIHUAN_BENCH_POSTGRES (postgresql://postgres@127.0.0.1:5432) and left as it was unless --keep. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _province import KINDS, drop, missing, name_of, prepare, run, say

HERE = Path(__file__).resolve().parent


def last_line(url: str, name: str, *arguments: str) -> dict[str, Any]:
    """Run a benchmark of this folder on a database; its JSON line. What it prints before is shown."""
    output = run(url, str(HERE / f"{name}.py"), *arguments).strip().splitlines()
    for line in output[:-1]:
        say(f"  {line[:200]}")
    found: dict[str, Any] = json.loads(output[-1])
    return found


def measure(kind: str, options: argparse.Namespace) -> dict[str, Any]:
    """Everything that depends on the database."""
    reason = missing(kind)
    if reason:
        say(f"{kind}：跳过，{reason}")
        return {"skipped": reason}
    stamp = prepare(kind, options.hazards, options.firms, rebuild=options.rebuild)
    say(f"{kind}：附件1全部数字")
    figures = last_line(stamp["url"], "figures", "--rounds", str(options.rounds))
    say(f"{kind}：主要页面")
    pages = last_line(stamp["url"], "pages", "--requests", str(options.requests))
    say(f"{kind}：导入 {options.imported} 家企业")
    imported = last_line(stamp["url"], "import", "--firms", str(options.imported))
    if kind == "postgresql" and not options.keep:
        drop(kind, name_of(options.hazards, options.firms))
    return {"build_seconds": stamp["build_seconds"], "figures": figures, "pages": pages, "import": imported}


def main() -> None:
    """Both databases, and the ledger, which depends on none."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hazards", type=int, default=2_000_000)
    parser.add_argument("--firms", type=int, default=30_000)
    parser.add_argument("--imported", type=int, default=10_000, help="rows of the import")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--keep", action="store_true", help="leave the PostgreSQL database for the next run")
    parser.add_argument("--rebuild", action="store_true", help="build the databases anew")
    options = parser.parse_args()
    result: dict[str, Any] = {"benchmark": "returns", "hazards": options.hazards, "firms": options.firms}
    for kind in [options.only] if options.only else KINDS:
        result[kind] = measure(kind, options)
    say("台账 100000 行 × 12 列")
    result["ledger"] = last_line("sqlite:///:memory:", "ledger_xlsx")
    for kind in KINDS:
        if "figures" in result.get(kind, {}):
            for name in ("now", "last_friday"):
                row = result[kind]["figures"][name]
                say(
                    f"{kind} {name}：实时/手写 SQL = {row['live_to_hand']}（目标 ≤2），截点/实时 = {row['stored_to_live']}（目标 ≤0.1），"
                    f"不符 {row['cells_differing_hand']} + {row['cells_differing_stored']} 格"
                )
            pages = result[kind]["pages"]
            say(f"{kind}：{pages['within_aim']}/{pages['measured']} 个页面中位数在 {pages['aim_ms']} ms 以内，最慢 {pages['worst_median_ms']} ms")
    say(f"台账：{result['ledger']['ratio']}（目标 ≤0.3）")
    say(json.dumps(result))


if __name__ == "__main__":
    main()
