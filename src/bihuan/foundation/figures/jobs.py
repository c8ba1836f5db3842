"""Keeping stored points fresh, and proving them every night."""

from __future__ import annotations

import logging

from bihuan.foundation.figures import summaries
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.lib.times import utc_now

log = logging.getLogger(__name__)


def refresh_points(run: Run) -> str:
    """Scheduled every few minutes."""
    return f"更新统计截点 {summaries.refresh(utc_now())} 个。"


def compare_points(run: Run) -> str:
    """Scheduled every night: stored numbers against live ones; what differs is refreshed and told."""
    found = summaries.differences(utc_now())
    for item in found:
        log.error("stored figure differs: %s unit %s stored %s live %s", item.figure, item.unit, item.stored, item.live)
    if found:
        summaries.refresh(utc_now())
    return f"核对统计截点：不符 {len(found)} 处。" if found else "核对统计截点：全部一致。"
