"""Sending in the background."""

from __future__ import annotations

from bihuan.foundation.jobs.running import Run
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.messages import delivery


def send_due(run: Run) -> str:
    """Send what is due."""
    return f"已发送 {delivery.deliver_due(at=utc_now())} 条"


def send_digest(run: Run) -> str:
    """The daily digest."""
    return f"已生成 {delivery.daily_digest(at=utc_now())} 份摘要"
