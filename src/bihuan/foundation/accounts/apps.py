from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Foundation app (用户)."""

    name = "bihuan.foundation.accounts"
    label = "accounts"
    verbose_name = "用户"
    default_auto_field = "django.db.models.BigAutoField"
