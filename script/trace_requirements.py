"""Print which requirement rows a passing test proves (see script/requirements)."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROWS = ROOT / "docs/requirements.csv"
RECORDS = ROOT / "var/requirements-run"
SCENARIOS = [str(number) for number in range(1, 51)]

Tests = dict[str, list[str]]


def outcomes(field: str) -> tuple[Tests, Tests]:
    """Tests by the row they prove: those that passed in every part of the run that ran them, and those that did not.

    A test runs on several databases; a failure in one of them outweighs a pass in another, a skip does not.
    """
    seen: dict[str, set[str]] = defaultdict(set)
    marks: dict[str, list[str]] = {}
    for file in sorted(RECORDS.glob("*.json")):
        for node, entry in json.loads(file.read_text(encoding="utf-8"))["tests"].items():
            seen[node].add(entry["outcome"])
            marks[node] = entry[field]
    passed: Tests = defaultdict(list)
    others: Tests = defaultdict(list)
    for node, found in seen.items():
        good = "passed" in found and "failed" not in found
        for row in marks[node]:
            (passed if good else others)[row].append(node)
    return passed, others


def state(row: str, passed: Tests, others: Tests) -> str:
    """`proven`, `failing` (a test that claims it failed or did not run to its end) or `untested`."""
    if row in others:
        return "failing"
    return "proven" if row in passed else "untested"


def main() -> int:
    """Read rows and records, print the matrix; 1 when there is no record or a marked row failed, 2 on unknown marks."""
    parser = argparse.ArgumentParser(prog="script/requirements", description="需求追溯")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--brief", action="store_true", help="不列出未证明的条目")
    parser.add_argument("--module", help="只看一个模块，如 HAZ")
    parser.add_argument("--priority", help="只看一个优先级，如 P0")
    args = parser.parse_args()
    if not list(RECORDS.glob("*.json")):
        sys.stderr.write("✗ 没有测试记录：请先运行 script/test，或用 script/requirements --run。\n")
        return 1
    with ROWS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    passed, others = outcomes("requirements")
    unknown = sorted((set(passed) | set(others)) - {row["id"] for row in rows})
    chosen = [
        row for row in rows
        if args.module in (None, row["module"]) and args.priority in (None, row["priority"])
    ]  # fmt: skip
    states = {row["id"]: state(row["id"], passed, others) for row in chosen}
    done, undone = outcomes("scenarios")
    scenarios = {number: state(number, done, undone) for number in SCENARIOS}
    if args.json:
        print_json(chosen, states, passed, scenarios, unknown)
    else:
        print_text(chosen, states, scenarios, brief=args.brief)
    for mark in unknown:
        sys.stderr.write(f"✗ 测试标记了不存在的需求编号 {mark}\n")
    if unknown:
        return 2
    return 1 if "failing" in states.values() or "failing" in scenarios.values() else 0


def print_json(
    rows: list[dict[str, str]], states: dict[str, str], passed: Tests, scenarios: dict[str, str], unknown: list[str]
) -> None:
    """Everything as one object."""
    result = {
        "rows": [
            {"id": row["id"], "module": row["module"], "priority": row["priority"], "state": states[row["id"]], "tests": passed.get(row["id"], [])}
            for row in rows
        ],
        "scenarios": scenarios,
        "unknown": unknown,
    }
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


def print_text(rows: list[dict[str, str]], states: dict[str, str], scenarios: dict[str, str], *, brief: bool) -> None:
    """A table by module and priority, then the rows that are not proven."""
    priorities = sorted({row["priority"] for row in rows})
    modules = sorted({row["module"] for row in rows})
    out = sys.stdout.write
    out("已由通过的测试证明 / 全部\n模块  " + "".join(f"{priority:>10}" for priority in priorities) + "      合计\n")
    for module in [*modules, ""]:
        cells = []
        for priority in [*priorities, ""]:
            here = [row for row in rows if module in ("", row["module"]) and priority in ("", row["priority"])]
            proven = sum(states[row["id"]] == "proven" for row in here)
            cells.append(f"{f'{proven}/{len(here)}' if here else '':>10}")
        out(f"{module or '合计':<6}" + "".join(cells) + "\n")
    out(f"监测场景 {sum(value == 'proven' for value in scenarios.values())}/{len(scenarios)}\n")
    if brief:
        return
    for wanted, title in (("failing", "有测试但未通过"), ("untested", "没有测试证明")):
        listed = [row for row in rows if states[row["id"]] == wanted]
        if listed:
            out(f"\n{title}（{len(listed)}）\n")
        for row in sorted(listed, key=lambda row: (row["priority"], row["module"], row["id"])):
            out(f"  {row['priority']} {row['module']:<4} {row['id']:<8} {row['requirement'][:110]}\n")


if __name__ == "__main__":
    sys.exit(main())
