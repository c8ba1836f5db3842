"""Queries on the code tables. All are public to whoever is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.reference.choices import SPECIAL_SCOPES, CriterionScope
from bihuan.reference.rules import (
    CatalogueRow,
    FeatureTag,
    IndustryRow,
    SectorMatch,
    features_for,
    industry_chain,
    sector_of,
)

M = TypeVar("M", bound=models.Model)


class CodeTableQuerySet(ScopedQuerySet[M]):
    """A public table of codes; retired codes stay for old records but are no longer offered."""

    view_capability = None
    organisation_path = ""

    def current(self) -> Self:
        """Codes that may be chosen today."""
        return self.filter(retired_on__isnull=True)


class EffectiveQuerySet(ScopedQuerySet[M]):
    """Rows in force from one day to another, both included."""

    view_capability = None
    organisation_path = ""

    def effective_on(self, day: date) -> Self:
        """The rows in force on `day`."""
        return self.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=day), effective_from__lte=day)


class DivisionQuerySet(CodeTableQuerySet[Any]):
    """Administrative divisions (行政区划)."""

    def official(self) -> Self:
        """Without the statistical zones, which are no legal level."""
        return self.exclude(level="zone")

    def beneath(self, code: str) -> Self:
        """The division itself and all within it, by the structure of GB/T 2260 codes."""
        return self.filter(code__startswith=_significant(code))

    def search(self, text: str) -> Self:
        """Those whose name holds `text`, whose code or pinyin begins with it, or whose initials do (xfq → 忻府区)."""
        words = text.strip()
        plain = words.lower().replace(" ", "").replace("'", "")
        if not plain:
            return self
        by_letters = Q(initials__startswith=plain) | Q(pinyin__startswith=plain) | Q(code__startswith=plain)
        return self.filter(
            by_letters | Q(name__contains=words) | Q(full_name__contains=words.replace(" ", ""))
        )


class IndustryQuerySet(CodeTableQuerySet[Any]):
    """Industries (国民经济行业) and the sector that supervises them."""

    def table(self) -> dict[str, IndustryRow]:
        """The rows for the pure rules; one query, for bulk work read it once."""
        return {row.code: row.as_rule_row() for row in self}

    def sector_of(self, code: str) -> SectorMatch | None:
        """The sector of an industry code, finest level first; None when a person must choose."""
        return sector_of(code, self.current().filter(code__in=industry_chain(code)).table())


class RiskFeatureQuerySet(CodeTableQuerySet[Any]):
    """Risk features (风险特征)."""


class CatalogueQuerySet(EffectiveQuerySet[Any]):
    """Lines of the catalogues (金属冶炼目录, 有限空间重点监管目录)."""

    def rule_rows(self) -> list[CatalogueRow]:
        """The lines for the pure rule; one query."""
        return [entry.as_rule_row() for entry in self]

    def features_for(
        self, industry_code: str, processes: Iterable[str] = (), *, on: date, table: dict[str, IndustryRow]
    ) -> list[FeatureTag]:
        """The features of a firm by the lines in force on `on`; `table` is `Industry.objects.table()`."""
        return features_for(industry_code, processes, self.effective_on(on).rule_rows(), table)


class CriterionQuerySet(ScopedQuerySet[Any]):
    """Criteria as stable ids, whatever their versions."""

    view_capability = None
    organisation_path = ""


class CriterionVersionQuerySet(EffectiveQuerySet[Any]):
    """Versions of the criteria for major hazards (重大事故隐患判定标准)."""

    def for_sector(self, sector: str) -> Self:
        """What can apply to a firm of `sector`: the general ones, its own article, and the special fields."""
        return self.filter(scope__in=[CriterionScope.GENERAL, sector, *SPECIAL_SCOPES])

    def for_features(self, references: Iterable[str]) -> Self:
        """Those named by features' references (`MEM10-4-1`, or a whole article as `MEM10-4-*`)."""
        condition = Q(pk__in=[])
        for reference in references:
            if reference.endswith("*"):
                condition |= Q(criterion__code__startswith=reference[:-1])
            else:
                condition |= Q(criterion__code=reference)
        return self.filter(condition)

    def search(self, text: str) -> Self:
        """Those whose id, title, tags or standard hold every word of `text`."""
        found = self
        for word in text.split():
            found = found.filter(Q(search_text__icontains=word))
        return found

    def in_order(self) -> Self:
        """As in the standard: by standard, article, item."""
        return self.order_by("criterion__pack_key", "article", "item", "criterion__code", "effective_from")


class PenaltyQuerySet(EffectiveQuerySet[Any]):
    """Penalty bands (处罚幅度)."""

    def usable(self) -> Self:
        """Those a decision may rest on: checked against the text and not superseded by a higher law."""
        return self.filter(verified=True, superseded_by="")


class PackLoadQuerySet(ScopedQuerySet[Any]):
    """History of pack loads."""

    view_capability = None
    organisation_path = ""

    def of(self, kind: str, key: str) -> Self:
        """Loads of one pack, latest first."""
        return self.filter(kind=kind, key=key).order_by("-loaded_at", "-id")


def _significant(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
