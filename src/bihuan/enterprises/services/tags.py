"""Risk features of firms: set by the catalogues with their citation, added or ended by officers with a reason (P24-009)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from bihuan.enterprises.models import Enterprise, EnterpriseTag
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Conflict, Problem
from bihuan.foundation.lib.times import local_date
from bihuan.reference.models import CatalogueEntry, Industry, RiskFeature
from bihuan.reference.summaries import CatalogueRow, FeatureTag, IndustryRow, features_for


@dataclass(frozen=True)
class Catalogues:
    """The lines in force and the industries, read once for any number of firms."""

    rows: list[CatalogueRow]
    industries: dict[str, IndustryRow]

    @classmethod
    def on(cls, day: date) -> Catalogues:
        """As of a day; two queries."""
        return cls(CatalogueEntry.objects.effective_on(day).rule_rows(), Industry.objects.current().table())

    def features(self, industry_code: str, processes: Iterable[str]) -> list[FeatureTag]:
        """All features of a firm: those a catalogue sets, then typical ones as hints."""
        return features_for(industry_code, processes, self.rows, self.industries)

    def automatic(self, industry_code: str, processes: Iterable[str]) -> dict[str, str]:
        """Feature code to citation of those a catalogue sets; lines not yet checked against the text say so."""
        return {
            tag.feature: (tag.citation if tag.verified else f"{tag.citation}（待核对）")[:160]
            for tag in self.features(industry_code, processes)
            if tag.automatic
        }


def apply_catalogues(actor: Actor, enterprise: Enterprise, *, at: datetime, catalogues: Catalogues | None = None) -> None:
    """Set what the catalogues say of the firm and end automatic features that no line supports any more.

    A feature that an officer ended stays ended: a judgement of a person stands until a person changes it.
    """
    catalogues = catalogues or Catalogues.on(local_date(at))
    wanted = catalogues.automatic(enterprise.industry_code, enterprise.processes)
    links = list(enterprise.feature_links.all())
    present = {link.code for link in links if link.ended_at is None}
    refused = {link.code for link in links if link.ended_reason}
    added = {code: source for code, source in wanted.items() if code not in present | refused}
    gone = [link for link in links if link.ended_at is None and link.automatic and link.code not in wanted]
    if not added and not gone:
        return
    with transaction.atomic():
        EnterpriseTag.objects.bulk_create(
            EnterpriseTag(enterprise=enterprise, code=code, source=source, since=at) for code, source in added.items()
        )
        EnterpriseTag.objects.filter(pk__in=[link.pk for link in gone]).update(ended_at=at)
        record(actor, "enterprises.tag_auto", enterprise, at=at, before={"tags": sorted(link.code for link in gone)},
               after={"tags": added}, note="目录自动判定")  # fmt: skip


def add_tag(actor: Actor, enterprise: Enterprise, *, code: str, reason: str, at: datetime) -> EnterpriseTag:
    """An officer gives the firm a risk feature; the reason becomes its source."""
    require(actor, "enterprises.supervise", enterprise)
    feature = RiskFeature.objects.current().filter(code=code).first()
    if feature is None:
        raise Problem("enterprises.unknown_feature", f"没有代码为“{code}”的风险特征，请从列表中选择。", field="code")
    if enterprise.feature_links.filter(code=code, ended_at__isnull=True).exists():
        raise Conflict("enterprises.tag_present", f"{enterprise.name} 已有“{feature.name}”特征。", field="code")
    with transaction.atomic():
        # The officer's judgement lifts an earlier removal.
        enterprise.feature_links.filter(code=code).exclude(ended_reason="").update(ended_reason="")
        tag: EnterpriseTag = EnterpriseTag.objects.create(enterprise=enterprise, code=code, source=reason, automatic=False, since=at)
        record(actor, "enterprises.tag_add", enterprise, at=at, after={"tag": code}, note=reason)
    return tag


def end_tag(actor: Actor, enterprise: Enterprise, *, code: str, reason: str, at: datetime) -> None:
    """An officer ends a feature, also an automatic one; the catalogues do not set it again."""
    require(actor, "enterprises.supervise", enterprise)
    with transaction.atomic():
        ended = enterprise.feature_links.filter(code=code, ended_at__isnull=True).update(ended_at=at, ended_reason=reason[:200])
        if not ended:
            raise Conflict("enterprises.tag_absent", "该风险特征已经取消，请刷新页面。")
        record(actor, "enterprises.tag_end", enterprise, at=at, before={"tag": code}, note=reason)
