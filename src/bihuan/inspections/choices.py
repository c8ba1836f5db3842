"""Enumerations of inspections."""

from django.db import models


class VisitKind(models.TextChoices):
    """Why and how the firm is visited."""

    JOINT = "joint", "市县联合检查"
    ROUTINE = "routine", "日常执法检查"
    CROSS = "cross", "县级异地交叉检查"
    SUPERVISION = "supervision", "市级督导检查"


class VisitLevel(models.TextChoices):
    """Level of the inspecting body."""

    COUNTY = "county", "县级"
    CITY = "city", "市本级"
    PROVINCE = "province", "省级"


class SignerRole(models.TextChoices):
    """Who signs the problem list (附件5)."""

    INSPECTOR = "inspector", "检查人员"
    FIRM = "firm", "企业负责人"
    WITNESS = "witness", "见证人"
