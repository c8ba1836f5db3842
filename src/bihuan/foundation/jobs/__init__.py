"""Background jobs (后台任务) with progress, and schedules."""
