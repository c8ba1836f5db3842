"""Nightly work on the store."""

from __future__ import annotations

from bihuan.foundation.attachments import checking
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import utc_now

NAMED = 5


def check_store(run: Run) -> str:
    """Clear left-over uploads and verify this night's share; a fault fails the job by name, so that `doctor` shows it."""
    at = utc_now()
    checking.clear_incoming(at)
    rows = checking.share_of(at)
    found = list(checking.faults(rows))
    if found:
        named = "；".join(f"附件{row.pk}（{row.name}）{message}" for row, message in found[:NAMED])
        raise Problem("attachments.altered", f"{len(found)}个附件未通过校验：{named}。请立即核查存储与数据库。")
    return f"校验{rows.count()}个附件，全部完好"
