"""Job functions that tests queue; at the top of a module, as workers need them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.jobs.running import Run
from bihuan.foundation.jobs.services import Task, cancel
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import utc_now

CALLS: list[tuple[int, dict[str, object]]] = []


class Person:
    """Starts jobs in tests."""

    def __init__(self, user_id: int | None = 7, name: str = "张三") -> None:
        self.user_id = user_id
        self.name = name


def note(run: Run, **ids: object) -> str:
    CALLS.append((run.attempt, ids))
    run.progress(3, 3)
    return "共处理3条"


def fail(run: Run) -> None:
    raise RuntimeError("planted fault with a secret inside")


def fail_twice(run: Run) -> str:
    if run.attempt < 3:
        raise RuntimeError("planted")
    return "第三次成功"


def refuse(run: Run) -> None:
    raise Problem("test.refused", "单位已停用，请先恢复。")


def cancelled_midway(run: Run) -> None:
    run.progress(1, 10)
    cancel(Person(), run.job_id, at=utc_now())
    run.progress(5, 10)
    raise AssertionError("not reached")


def taken_over_midway(run: Run) -> None:
    JobRun.objects.filter(pk=run.job_id).update(attempts=9, worker_id="other")
    run.keep_file("a.txt", b"late")


def keep(run: Run) -> None:
    run.keep_file("../隐患台账.xlsx", [b"rows", b"more"])


def hang_at_first(run: Run, *, folder: str) -> str:
    """First attempt: report that it runs, then hang until killed. Second: finish."""
    if run.attempt == 1:
        (Path(folder) / "running").write_text(str(os.getpid()))
        time.sleep(600)
    return "重新执行完成"


TASKS: tuple[Task, ...] = (note, fail, refuse)
