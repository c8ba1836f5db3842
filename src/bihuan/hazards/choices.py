"""Enumerations of the hazard loop with their official words."""

from django.db.models import TextChoices


class Origin(TextChoices):
    """Checking stage (检查环节): the five values of 附件2, 忻应急发〔2024〕216号; a sixth does not exist."""

    SELF = "self", "企业自查"
    INSPECTION = "inspection", "市县检查"
    CROSS = "cross", "交叉检查"
    CITY_SUPERVISION = "city_supervision", "市级督查"
    TIPOFF = "tipoff", "群众举报"


class Channel(TextChoices):
    """Channel of the campaign (五条渠道) through which the hazard was found."""

    SELF_CHECK = "self_check", "企业自查"
    PAIRED_HELP = "paired_help", "结对帮扶"
    EXPERT_SERVICE = "expert_service", "专家服务"
    TARGETED_ENFORCEMENT = "targeted_enforcement", "精准执法"
    SUPERVISION = "supervision", "督导检查"


class CheckingLevel(TextChoices):
    """Level of the body that checked."""

    ENTERPRISE = "enterprise", "企业"
    COUNTY = "county", "县级"
    CITY = "city", "市级"
    PROVINCE = "province", "省级"


class Level(TextChoices):
    """Level of the hazard (隐患等级)."""

    GENERAL = "general", "一般隐患"
    MAJOR = "major", "重大事故隐患"


class TagKind(TextChoices):
    """What a hazard tag speaks of (晋应急发〔2024〕60号 三(四)7)."""

    FIELD = "field", "高危领域"
    PLACE = "place", "重点场所"
    OPERATION = "operation", "高风险作业"
    STORAGE = "storage", "筒型储存设施"


class NumberKind(TextChoices):
    """Series of numbers that this app gives out."""

    HAZARD = "YH", "隐患编号"
    PLATE = "ZD", "挂牌号"


class InvestigationKind(TextChoices):
    """Why an investigation opened."""

    REPEATED = "repeated", "反复出现"
    LONG_STANDING = "long_standing", "长期存在"


class InvestigationOwner(TextChoices):
    """Who investigates."""

    ENTERPRISE = "enterprise", "企业"
    REGULATOR = "regulator", "监管部门"
