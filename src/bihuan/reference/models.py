"""Code tables. Rows come from packs (`services.load_packs`); nothing here is ever deleted or rewritten in place."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from bihuan.reference.choices import (
    ControlType,
    CriterionScope,
    DefaultRisk,
    DivisionLevel,
    IndustryLevel,
    Sector,
    VersionOrigin,
)
from bihuan.reference.querysets import (
    CatalogueQuerySet,
    CriterionQuerySet,
    CriterionVersionQuerySet,
    DivisionQuerySet,
    IndustryQuerySet,
    PackLoadQuerySet,
    PenaltyQuerySet,
    RiskFeatureQuerySet,
)
from bihuan.reference.rules import CatalogueRow, IndustryRow, article_citation

FACT_LABELS = {
    "room_types": "房间类型", "also": "另含", "areas": "区域", "furnaces": "炉型", "signals": "监测信号",
    "interlocks": "联锁对象", "cases": "具体情形", "data_to": "数据接入", "objects": "对象", "exempt": "不适用于",
    "min_seal_kPa": "封堵压力下限（kPa）", "closed_loop": "闭路", "open_loop": "开路", "points": "监测位置", "gases": "气体",
    "rooms": "房间", "max_people": "人数上限", "risk": "风险", "note": "说明",
}  # fmt: skip


def as_text(value: object) -> str:
    """A point of fact as text."""
    return "、".join(str(part) for part in value) if isinstance(value, list) else str(value)


class CodeRow(models.Model):
    """A code that stays once given out; `retired_on` says since when it is no longer offered."""

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    pack_key = models.CharField("数据包", max_length=60)
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class EffectiveRow(models.Model):
    """A row in force from `effective_from` to `effective_to`, both days included (None: until further notice)."""

    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    verified = models.BooleanField("已核对原文", default=False)

    class Meta:
        abstract = True


class Division(CodeRow):
    """Administrative division (行政区划), GB/T 2260. Names repeat (城区): show `full_name`."""

    level = models.CharField("层级", max_length=10, choices=DivisionLevel.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级",
    )
    full_name = models.CharField("全称", max_length=160)
    reading = models.CharField("读音（多音字）", max_length=160, blank=True)
    pinyin = models.CharField("拼音", max_length=160)
    initials = models.CharField("拼音首字母", max_length=40, db_index=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = verbose_name_plural = "行政区划"

    @property
    def is_statistical_zone(self) -> bool:
        """Whether the code is one of the statistics bureau only, which counts in no legal level."""
        return self.level == DivisionLevel.ZONE


class RiskFeature(CodeRow):
    """Risk feature of a firm (风险特征); `criteria` names the criteria it makes likely, `MEM10-4-*` a whole article."""

    risk = models.CharField("缺省风险", max_length=10, choices=DefaultRisk.choices)
    definition = models.CharField("含义", max_length=300, blank=True)
    criteria = models.JSONField("相关判定条款", default=list, blank=True)
    verified = models.BooleanField("已核对原文", default=False)

    objects = RiskFeatureQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = verbose_name_plural = "风险特征"

    def points_to(self, code: str) -> bool:
        """Whether the feature makes this criterion likely."""
        return any(code.startswith(ref[:-1]) if ref.endswith("*") else code == ref for ref in self.criteria)


class Industry(CodeRow):
    """Industry (国民经济行业), GB/T 4754, with the sector that supervises it; sector "" leaves it to the level above."""

    level = models.CharField("层级", max_length=10, choices=IndustryLevel.choices)
    parent_code = models.CharField("上级代码", max_length=4, blank=True)
    sector = models.CharField("监管行业", max_length=20, choices=Sector.choices, blank=True)
    verified = models.BooleanField("已核对原文", default=False)
    exclude_children = models.JSONField("剔除的子类", default=list, blank=True)
    typical_features = models.JSONField("常见风险特征", default=list, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = IndustryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = verbose_name_plural = "国民经济行业"

    def as_rule_row(self) -> IndustryRow:
        """The row for the pure rules."""
        return IndustryRow(
            self.code,
            self.name,
            self.sector,
            self.verified,
            tuple(self.exclude_children),
            tuple(self.typical_features),
        )


class CatalogueEntry(EffectiveRow):
    """One line of a catalogue that decides a feature: an industry (and all beneath it) or a process by name."""

    code = models.CharField("编号", max_length=40)
    catalogue = models.CharField("目录", max_length=60, db_index=True)
    catalogue_title = models.CharField("目录名称", max_length=120)
    standard = models.CharField("依据", max_length=200)
    industry = models.CharField("行业代码", max_length=4, blank=True)
    process = models.CharField("工艺", max_length=120, blank=True)
    feature = models.ForeignKey(
        RiskFeature,
        models.PROTECT,
        to_field="code",
        related_name="catalogue_entries",
        verbose_name="风险特征",
    )

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["catalogue", "code", "effective_from"]
        verbose_name = verbose_name_plural = "监管目录条目"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "effective_from"], name="reference_catalogue_version"),
        ]

    def __str__(self) -> str:
        return self.citation

    @property
    def citation(self) -> str:
        """Where the line stands: catalogue, process and code."""
        place = "，".join(
            part for part in (self.process, self.industry and f"行业代码{self.industry}") if part
        )
        return f"{self.standard}：{place}" if place else self.standard

    def as_rule_row(self) -> CatalogueRow:
        """The row for the pure rule."""
        return CatalogueRow(
            self.code, self.industry, self.process, self.feature_id, self.citation, self.verified
        )


class Criterion(models.Model):
    """A situation that makes a hazard a major one (重大事故隐患判定情形), by its stable id; what it says is in versions."""

    code = models.CharField("编号", max_length=40, unique=True)
    pack_key = models.CharField("标准", max_length=60, db_index=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = verbose_name_plural = "判定情形"

    def __str__(self) -> str:
        return self.code


class CriterionVersion(EffectiveRow):
    """What a criterion says from one day to another. Findings point here, so that they keep what they were judged by."""

    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="versions", verbose_name="判定情形")
    number = models.PositiveIntegerField("版本")
    standard = models.CharField("标准文号", max_length=120)
    standard_title = models.CharField("标准名称", max_length=160)
    article = models.PositiveIntegerField("条")
    item = models.PositiveIntegerField("项", null=True, blank=True)
    scope = models.CharField("适用范围", max_length=20, choices=CriterionScope.choices)
    title = models.CharField("情形", max_length=200)
    tags = models.JSONField("适用标签", default=list, blank=True)
    control_type = models.CharField("管控类型", max_length=20, choices=ControlType.choices)
    facts = models.JSONField("要点", default=dict, blank=True)
    monitor_refs = models.JSONField("相关监测点", default=list, blank=True)
    search_text = models.TextField(editable=False)
    origin = models.CharField("来源", max_length=10, choices=VersionOrigin.choices)
    reason = models.CharField("修订说明", max_length=500, blank=True)
    created_at = models.DateTimeField("录入时间")
    created_by_id = models.BigIntegerField("录入人", null=True, blank=True)

    objects = CriterionVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["criterion__code", "effective_from"]
        verbose_name = verbose_name_plural = "判定情形版本"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["criterion", "effective_from"], name="reference_criterion_day"),
            models.UniqueConstraint(fields=["criterion", "number"], name="reference_criterion_number"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="reference_criterion_days",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["scope", "effective_from"], name="reference_criterion_scope")
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The criterion's page, showing this version."""
        return f"{reverse('reference:criterion', kwargs={'pk': self.criterion_id})}?version={self.number}"

    @property
    def citation(self) -> str:
        """Full citation: 应急管理部令第10号第四条第一项."""
        return article_citation(self.standard, self.article, self.item)

    @property
    def fact_lines(self) -> list[tuple[str, str]]:
        """The points of fact as (label, text)."""
        return [(FACT_LABELS.get(name, name), as_text(value)) for name, value in self.facts.items()]

    def described(self) -> dict[str, str]:
        """What the version says, by label, as text: for showing and comparing."""
        return {
            "情形": self.title,
            "标准": f"《{self.standard_title}》",
            "依据": self.citation,
            "适用范围": self.get_scope_display(),
            "适用标签": "、".join(self.tags),
            "管控类型": self.get_control_type_display(),
            "要点": "；".join(f"{label}：{text}" for label, text in self.fact_lines),
            "相关监测点": "、".join(self.monitor_refs),
            "核对": "已核对" if self.verified else "待核对",
        }

    def changes_since(self, older: CriterionVersion) -> list[tuple[str, str, str]]:
        """What differs from an older version: (label, before, after), "—" for nothing."""
        before, after = older.described(), self.described()
        return [
            (name, before[name] or "—", after[name] or "—") for name in after if before[name] != after[name]
        ]


class PenaltyBand(EffectiveRow):
    """Legal limits of a penalty (处罚幅度). Candidates only: the decision stays with officers and legal review."""

    code = models.CharField("编号", max_length=40)
    pack_key = models.CharField("数据包", max_length=60)
    law = models.CharField("法律法规", max_length=120)
    article = models.PositiveIntegerField("条")
    violation = models.CharField("违法行为", max_length=300)
    who = models.JSONField("处罚对象", default=list)
    first = models.JSONField("首次", default=dict, blank=True)
    aggravated = models.JSONField("加重", default=dict, blank=True)
    sub_items = models.JSONField("细项", default=list, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    superseded_by = models.CharField("已被取代", max_length=40, blank=True)

    objects = PenaltyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code", "effective_from"]
        verbose_name = verbose_name_plural = "处罚幅度"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "effective_from"], name="reference_penalty_version"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.violation}"

    @property
    def citation(self) -> str:
        """Law and article."""
        return article_citation(self.law, self.article)


class PackLoad(models.Model):
    """One load of one pack that was new or different: what it was and what it changed."""

    kind = models.CharField("种类", max_length=40)
    key = models.CharField("数据包", max_length=60)
    version = models.CharField("版本", max_length=40)
    title = models.CharField("名称", max_length=160)
    source = models.CharField("依据", max_length=300)
    notes = models.JSONField("说明", default=list, blank=True)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    digest = models.CharField("摘要", max_length=64)
    changes = models.JSONField("变更", default=dict, blank=True)
    loaded_at = models.DateTimeField("加载时间")
    loaded_by_id = models.BigIntegerField("加载人", null=True, blank=True)

    objects = PackLoadQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-loaded_at", "-id"]
        verbose_name = verbose_name_plural = "数据包加载记录"
        indexes: ClassVar = [models.Index(fields=["kind", "key", "loaded_at"], name="reference_packload_of")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"
