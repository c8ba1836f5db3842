"""Enumerations of the enterprise file, with their official words."""

from django.db import models


class Ownership(models.TextChoices):
    """Who owns the firm; central and city-owned key firms may report beside the counties."""

    CENTRAL = "central", "中央企业"
    PROVINCIAL = "provincial", "省属企业"
    CITY = "city", "市属企业"
    COUNTY = "county", "县属企业"
    PRIVATE = "private", "民营企业"
    FOREIGN = "foreign", "外资企业"


class Scale(models.TextChoices):
    """Size class of the statistics bureau (大中小微)."""

    LARGE = "large", "大型"
    MEDIUM = "medium", "中型"
    SMALL = "small", "小型"
    MICRO = "micro", "微型"


class OperatingStatus(models.TextChoices):
    """Whether the firm is producing."""

    IN_OPERATION = "in_operation", "正常生产"
    STOPPED = "stopped", "停产"
    BUILDING = "building", "在建"
    CLOSED = "closed", "关闭"


class RiskGrade(models.TextChoices):
    """Risk grade: the colour is always written with its word (重大 red, 较大 orange, 一般 yellow, 低 blue)."""

    RED = "red", "重大风险（红）"
    ORANGE = "orange", "较大风险（橙）"
    YELLOW = "yellow", "一般风险（黄）"
    BLUE = "blue", "低风险（蓝）"


class PairingRole(models.TextChoices):
    """Part in paired help (结对帮扶)."""

    NONE = "", "未参加"
    BENCHMARK = "benchmark", "标杆企业（帮扶方）"
    HELPED = "helped", "被帮扶企业"
