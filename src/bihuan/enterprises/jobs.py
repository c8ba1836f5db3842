"""Nightly work on the enterprise file."""

from __future__ import annotations

from bihuan.enterprises.services.assets import match_catalogue
from bihuan.enterprises.services.grading import grade_all
from bihuan.enterprises.services.sites import check_agreements
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.lib.times import utc_now


def nightly(run: Run) -> str:
    """Agreements that ran out, the phase-out catalogue, then every grade."""
    at = utc_now()
    open_candidates = check_agreements(at=at)
    matched = match_catalogue(at=at)
    changed = grade_all(at=at, report=lambda done, total: run.progress(done, total, "正在复评风险等级"))
    return f"复评变化 {changed} 家；无有效安全协议 {open_candidates} 处；淘汰目录核对变化 {matched} 项"
