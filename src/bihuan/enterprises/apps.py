from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    """Domain app (企业底数)."""

    name = "bihuan.enterprises"
    label = "enterprises"
    verbose_name = "企业底数"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities, loops, schedules and navigation."""
        from bihuan.enterprises import subscribers  # noqa: F401 - subscribes
        from bihuan.enterprises.flow import FLOWS
        from bihuan.enterprises.jobs import nightly
        from bihuan.enterprises.models import SiteParty
        from bihuan.enterprises.panels import Panel, register
        from bihuan.enterprises.parts import grade_context, site_context
        from bihuan.enterprises.permissions import CAPABILITIES
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.attachments.registry import owner
        from bihuan.foundation.jobs.schedules import every
        from bihuan.foundation.web import nav
        from bihuan.foundation.web.nav import NavItem
        from bihuan.foundation.workflow.registry import register_flow

        register_capabilities(CAPABILITIES)
        for flow in FLOWS:
            register_flow(flow)
        owner("enterprises.siteparty", SiteParty)
        every("enterprises-nightly", at="02:40", task=nightly, title="企业风险分级夜间复评")
        nav.register(
            NavItem(
                "企业底数", "一企一档", "enterprises:list", "enterprises.view", "building-factory-2",
                order=10, phone=True, phone_title="企业",
            ),
            NavItem("企业底数", "半年更新", "enterprises:rounds", "enterprises.attest", "calendar-due", order=30),
        )  # fmt: skip
        register(Panel("grade", "风险分级", 5, "enterprises/panel_grade.html", grade_context, "enterprises.view"))
        register(Panel("sites", "场所与相关方", 20, "enterprises/panel_sites.html", site_context, "enterprises.view"))
