"""The one task that Django's task interface knows: run the job with this id."""

from __future__ import annotations

from django_tasks import TaskContext, task

from bihuan.foundation.jobs import services


@task(takes_context=True)
def run_job(context: TaskContext, job_id: int) -> None:
    """Run one attempt; everything else about the job is on its row."""
    services.execute(job_id, worker_id=context.task_result.worker_ids[-1])
