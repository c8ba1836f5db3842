from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Foundation app (后台任务)."""

    name = "bihuan.foundation.jobs"
    label = "jobs"
    verbose_name = "后台任务"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the nightly clearing of old jobs."""
        from bihuan.foundation.jobs.clearing import clear_old
        from bihuan.foundation.jobs.schedules import every

        every("jobs.clear", task=clear_old, title="清理过期任务记录", at="03:40")
