from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Foundation app (消息); its label leaves `messages` to Django's own app."""

    name = "bihuan.foundation.messages"
    label = "notices"
    verbose_name = "消息"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the capabilities and the navigation."""
        from bihuan.foundation.access.registry import register_capabilities
        from bihuan.foundation.jobs.schedules import every
        from bihuan.foundation.messages import subscribers  # noqa: F401 - it subscribes
        from bihuan.foundation.messages.badges import open_todos
        from bihuan.foundation.messages.jobs import send_digest, send_due
        from bihuan.foundation.messages.permissions import CAPABILITIES
        from bihuan.foundation.web.nav import NavItem, register

        register_capabilities(CAPABILITIES)
        every("messages.send", minutes=1, task=send_due, title="外发消息")
        every("messages.digest", at="08:00", task=send_digest, title="每日待办摘要")
        register(
            NavItem("总览", "我的待办", "notices:todos", "messages.view", "checklist", order=20, phone=True, phone_title="待办", badge=open_todos),
            NavItem("总览", "消息", "notices:list", "messages.view", "bell", order=30),
            NavItem("系统管理", "外发记录", "notices:deliveries", "messages.deliveries", "send", order=60),
        )
