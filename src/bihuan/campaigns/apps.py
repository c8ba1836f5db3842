from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Domain app (专项行动)."""

    name = "bihuan.campaigns"
    label = "campaigns"
    verbose_name = "专项行动"
    default_auto_field = "django.db.models.BigAutoField"
