from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    """Foundation app (时限)."""

    name = "bihuan.foundation.deadlines"
    label = "deadlines"
    verbose_name = "时限"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the capability and the minute's sweep."""
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.deadlines.jobs import sweep_overdue
        from bihuan.foundation.deadlines.permissions import CAPABILITIES
        from bihuan.foundation.jobs.schedules import every

        register_capabilities(CAPABILITIES)
        every("deadlines.sweep", task=sweep_overdue, title="逾期巡查", minutes=1)
