"""Background jobs (后台任务) with progress, and schedules.

A job is a module-level function `def export_ledger(run: Run, *, campaign_id: int)`: it takes ids, calls a service and
is safe to run twice. `services.enqueue` stores a `JobRun` and hands its id to Django's task interface; the worker runs
it, reports progress, retries faults and takes over what a killed worker left behind.
"""
