"""Pure rules of the code tables: which sector an industry belongs to, which features follow, how versions succeed."""

from bihuan.reference.rules.citations import article_citation, chinese_number
from bihuan.reference.rules.features import CatalogueRow, FeatureTag, features_for
from bihuan.reference.rules.schemas import KIND_ORDER, KIND_TITLES, SCHEMAS
from bihuan.reference.rules.sectors import IndustryRow, SectorMatch, industry_chain, sector_of
from bihuan.reference.rules.versions import Held, Plan, plan_versions

__all__ = [
    "KIND_ORDER",
    "KIND_TITLES",
    "SCHEMAS",
    "CatalogueRow",
    "FeatureTag",
    "Held",
    "IndustryRow",
    "Plan",
    "SectorMatch",
    "article_citation",
    "chinese_number",
    "features_for",
    "industry_chain",
    "plan_versions",
    "sector_of",
]
