from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """Domain app (系统管理)."""

    name = "bihuan.administration"
    label = "administration"
    verbose_name = "系统管理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register capabilities, navigation, the nightly seal and the search box."""
        from django.urls import reverse

        from bihuan.administration import search
        from bihuan.administration.jobs import anchor_history, verify_chain
        from bihuan.administration.permissions import CAPABILITIES
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.jobs.schedules import every
        from bihuan.foundation.web.nav import NavItem, Slot, fill_slot, register

        register_capabilities(CAPABILITIES)
        search.register_all()
        every("audit.anchor", at="02:10", task=anchor_history, title="封存当日留痕")
        every("audit.verify", at="02:40", task=verify_chain, title="校验存证")
        fill_slot(Slot("search", "shell/search.html", lambda request: {"action": reverse("administration:search"), "hint": "查企业、隐患编号、文号"}))
        register(
            NavItem("系统管理", "组织机构", "administration:organisations", "administration.organisations", "sitemap", order=10),
            NavItem("系统管理", "用户账号", "administration:users", "administration.users", "users", order=20),
            NavItem("系统管理", "任职", "administration:appointments", "administration.appoint", "id-badge-2", order=30),
            NavItem("系统管理", "角色权限", "administration:roles", "administration.users", "key", order=40),
            NavItem("系统管理", "审计日志", "administration:trail", "audit.trail", "shield-check", order=50),
        )
