"""Kinds of organisations."""

from django.db import models


class OrganisationKind(models.TextChoices):
    """What a node of the organisation tree is."""

    PROVINCE = "province", "省级应急管理厅"
    CITY = "city", "市级应急管理局"
    COUNTY = "county", "县级应急管理局"
    ZONE = "zone", "开发区"
    DEPARTMENT = "department", "成员单位"
    ENTERPRISE = "enterprise", "企业"
