"""What a job function gets to report progress, hear a cancellation and leave a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from bihuan.foundation.jobs.choices import JobState
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.lib.files import safe_name, write_whole

STEPS = 200  # progress is written at most this often, whatever the total


class Cancelled(Exception):
    """The owner asked to stop; the job ends where it stands."""


class Superseded(Exception):
    """Another worker has taken the job over; this one must not write any more."""


@dataclass
class Run:
    """One attempt at a job. Job functions take it as their first argument."""

    job_id: int
    owner_id: int | None
    organisation_id: int | None
    worker_id: str
    attempt: int
    _shown: tuple[int, str] = field(default=(-1, ""))

    def mine(self) -> Any:
        """The job's row as long as this attempt holds it; every write goes through it."""
        return JobRun.objects.filter(
            pk=self.job_id, state=JobState.RUNNING, worker_id=self.worker_id, attempts=self.attempt
        )

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Show how far the job is. Raises Cancelled when the owner asked to stop, Superseded when it was taken over."""
        step = done * STEPS // total if total else done
        if (step, message) == self._shown and done != total:
            return
        self._shown = (step, message)
        changes: dict[str, Any] = {"done": done, "total": total}
        if message:
            changes["message"] = message[:300]
        if not self.mine().filter(cancel_requested=False).update(**changes):
            self.check()

    def check(self) -> None:
        """Raise Cancelled or Superseded if either is so; for long stretches without progress to show."""
        flags = list(self.mine().values_list("cancel_requested", flat=True))
        if not flags:
            raise Superseded
        if flags[0]:
            raise Cancelled

    def keep_file(self, name: str, chunks: Iterable[bytes] | bytes) -> Path:
        """Keep the job's result for its owner to download under `name`; returns where it lies."""
        name = safe_name(name)
        relative = Path("jobs") / str(self.job_id) / f"{self.attempt}{Path(name).suffix}"
        target = Path(settings.MEDIA_ROOT) / relative
        write_whole(target, [chunks] if isinstance(chunks, bytes) else chunks)
        if not self.mine().update(result_file=str(relative), result_name=name):
            raise Superseded
        return target
