"""Enumerations of special campaigns."""

from django.db import models


class Mechanism(models.TextChoices):
    """What a unit does to run the campaign: deployment acts (附件1 行1) and the six working mechanisms (四(三))."""

    PLAN = "plan", "实施方案（通知）"
    MOBILISATION = "mobilisation", "动员部署"
    ENFORCEMENT_ROUND = "enforcement_round", "执法检查部署"
    SPECIAL_MEASURE = "special_measure", "特色措施办法"
    LIST = "list", "清单管理"
    CLOSE_OUT = "close_out", "办结销号"
    CIRCULAR = "circular", "情况通报"
    INTERVIEW = "interview", "警示约谈"
    INSPECTION_TOUR = "inspection_tour", "督导巡查"
    SCHEDULING = "scheduling", "定期调度"


SIX_MECHANISMS = (
    Mechanism.LIST, Mechanism.CLOSE_OUT, Mechanism.CIRCULAR, Mechanism.INTERVIEW, Mechanism.INSPECTION_TOUR, Mechanism.SCHEDULING,
)  # fmt: skip


class Narrative(models.TextChoices):
    """The sentences that a person still writes each week, by row of Annex 1."""

    MEETINGS = "meetings", "动员部署、执法检查等简要情况"
    MEASURES = "measures", "特点、特色措施办法摘要"
    DISPATCH = "dispatch", "定期调度、通报、约谈、提醒、警示等情况"
    PUBLICITY = "publicity", "宣传曝光"
    PROBLEMS = "problems", "存在问题"
    SUGGESTIONS = "suggestions", "意见建议"


class UnitKind(models.TextChoices):
    """What reports: a county or zone, a key firm beside the counties, or the city that rolls up."""

    COUNTY = "county", "县（市、区）"
    FIRM = "firm", "中央、市属重点企业"
    CITY = "city", "市级汇总"
