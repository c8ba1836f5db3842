from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Foundation app (数字)."""

    name = "bihuan.foundation.figures"
    label = "figures"
    verbose_name = "数字"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to writes; keep the stored points fresh."""
        from bihuan.foundation.figures.changes import watch_plain_models
        from bihuan.foundation.figures.jobs import compare_points, refresh_points
        from bihuan.foundation.jobs.schedules import every

        watch_plain_models()
        every("figures.refresh", minutes=5, task=refresh_points, title="更新统计截点")
        every("figures.compare", at="03:30", task=compare_points, title="核对统计截点")
