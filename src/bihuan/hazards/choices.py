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


# Every hazard has a channel (五种方式, 忻应急发〔2024〕216号): the one that its origin belongs to unless somebody says otherwise.
CHANNEL_OF_ORIGIN = {
    "self": "self_check", "inspection": "targeted_enforcement", "cross": "targeted_enforcement",
    "city_supervision": "supervision", "tipoff": "supervision",
}  # fmt: skip


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


class Cause(TextChoices):
    """Deep cause of a finding (深层原因), for the self-check report."""

    PEOPLE = "people", "人员行为与技能"
    EQUIPMENT = "equipment", "设备设施与防护"
    ENVIRONMENT = "environment", "作业环境"
    PROCESS = "process", "工艺与作业规程"
    MANAGEMENT = "management", "管理制度与责任落实"
    INVESTMENT = "investment", "安全投入"


class ViolationKind(TextChoices):
    """The three violations (三违)."""

    COMMAND = "command", "违章指挥"
    OPERATION = "operation", "违规作业"
    DISCIPLINE = "discipline", "违反劳动纪律"


class CoachingOutcome(TextChoices):
    """What the coaching led to."""

    CORRECTED = "corrected", "当场纠正"
    RETRAIN = "retrain", "安排再培训"
    FOLLOW_UP = "follow_up", "列入跟踪观察"


class StorageKind(TextChoices):
    """Silo and tank storage (筒型储存设施), 城政发〔2023〕1号 三(十三)."""

    LYE_TANK = "lye_tank", "碱液罐"
    RAW_BIN = "raw_bin", "原料仓"
    PRODUCT_SILO = "product_silo", "成品筒仓"
    LIQUOR_TANK = "liquor_tank", "酒罐"
