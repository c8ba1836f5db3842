"""Enumerations of enforcement."""

from django.db import models


class PenaltyTarget(models.TextChoices):
    """Whom the decision is against."""

    FIRM = "firm", "企业"
    PRINCIPAL = "principal", "企业主要负责人"


class OrderKind(models.TextChoices):
    """Orders counted in Annex 1 row 5."""

    RECTIFY = "rectify", "责令限期整改"
    STOP = "stop", "停产停业整顿"
    CLOSE = "close", "取缔关闭"
