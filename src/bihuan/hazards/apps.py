from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """Domain app (隐患治理)."""

    name = "bihuan.hazards"
    label = "hazards"
    verbose_name = "隐患治理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities, the loop and the figures."""
        from bihuan.enterprises.grading import register_facts
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.attachments.registry import owner as attachment_owner
        from bihuan.foundation.jobs.schedules import every
        from bihuan.foundation.workflow.registry import register_flow
        from bihuan.hazards import subscribers, summaries  # noqa: F401 - registers its figures
        from bihuan.hazards.flow import FLOWS
        from bihuan.hazards.jobs import nightly
        from bihuan.hazards.models import Hazard, SelfCheckSession
        from bihuan.hazards.navigation import register_navigation
        from bihuan.hazards.permissions import CAPABILITIES
        from bihuan.hazards.summaries.facts import open_majors, overdue_hazards

        register_capabilities(CAPABILITIES)
        register_facts("open_majors", open_majors)
        register_facts("overdue_hazards", overdue_hazards)
        attachment_owner("hazards.hazard", Hazard, also=("hazards.self_report",))
        attachment_owner("hazards.selfchecksession", SelfCheckSession)
        register_navigation()
        for flow in FLOWS:
            register_flow(flow)
        every("hazards-nightly", at="01:30", task=nightly, title="隐患夜间核对与督办建议")
