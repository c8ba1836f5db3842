"""Enumerations of the code tables with their official Chinese labels."""

from django.db.models import TextChoices


class Sector(TextChoices):
    """Supervised sectors (监管行业): the eight of 应急厅〔2019〕17号, and what falls outside them."""

    METALLURGY = "metallurgy", "冶金"
    NONFERROUS = "nonferrous", "有色"
    BUILDING_MATERIALS = "building_materials", "建材"
    MACHINERY = "machinery", "机械"
    LIGHT = "light", "轻工"
    TEXTILE = "textile", "纺织"
    TOBACCO = "tobacco", "烟草"
    COMMERCE = "commerce", "商贸"
    OUTSIDE = "outside", "不属工贸"


class CriterionScope(TextChoices):
    """To whom a criterion of Order 10 speaks: everyone (art. 3), one sector (4–10) or a special field (11–13)."""

    GENERAL = "general", "管理（通用）"
    METALLURGY = "metallurgy", "冶金"
    NONFERROUS = "nonferrous", "有色"
    BUILDING_MATERIALS = "building_materials", "建材"
    MACHINERY = "machinery", "机械"
    LIGHT = "light", "轻工"
    TEXTILE = "textile", "纺织"
    TOBACCO = "tobacco", "烟草"
    COMMERCE = "commerce", "商贸"
    DUST = "dust", "粉尘爆炸"
    AMMONIA = "ammonia", "液氨"
    CONFINED_SPACE = "confined_space", "有限空间"


# Articles 11 to 13 hold in every sector where the installation or operation exists.
SPECIAL_SCOPES = (CriterionScope.DUST, CriterionScope.AMMONIA, CriterionScope.CONFINED_SPACE)


class ControlType(TextChoices):
    """Which kind of control the situation lacks."""

    MANAGEMENT = "management", "管理制度"
    PEOPLE = "people", "人员资格"
    LAYOUT = "layout", "布局选址"
    CONDITION = "condition", "现场状态"
    FACILITY = "facility", "设施缺失"
    INTERLOCK = "interlock", "联锁缺失"
    MONITORING = "monitoring", "监测报警缺失"
    EQUIPMENT = "equipment", "设备不合规"
    OPERATION = "operation", "作业过程"
    STORAGE = "storage", "储存"


class DivisionLevel(TextChoices):
    """Levels of GB/T 2260; zones are codes of the statistics bureau and no legal level."""

    PROVINCE = "province", "省"
    CITY = "city", "设区的市"
    COUNTY = "county", "县级"
    ZONE = "zone", "统计用区（园区、景区）"


class IndustryLevel(TextChoices):
    """Levels of GB/T 4754 that the table holds."""

    DIVISION = "division", "大类"
    GROUP = "group", "中类"
    CLASS = "class", "小类"


class DefaultRisk(TextChoices):
    """A first hint about a feature; never the result of grading."""

    SEVERE = "severe", "高危"
    HIGH = "high", "高"
    MEDIUM = "medium", "中"


class VersionOrigin(TextChoices):
    """Where a version of a criterion came from."""

    PACK = "pack", "数据包"
    EDIT = "edit", "人工修订"
