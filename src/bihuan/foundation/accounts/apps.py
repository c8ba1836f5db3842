from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Foundation app (用户)."""

    name = "bihuan.foundation.accounts"
    label = "accounts"
    verbose_name = "用户"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the top bar; a session's time starts at sign-in."""
        from django.contrib.auth.signals import user_logged_in

        from bihuan.foundation.accounts import slots
        from bihuan.foundation.web.nav import Slot, fill_slot

        fill_slot(Slot("user", "accounts/user_menu.html", slots.user_menu))
        fill_slot(Slot("org", "shell/org_switcher.html", slots.organisations))
        user_logged_in.connect(slots.start_session_time, dispatch_uid="accounts.session_time")
