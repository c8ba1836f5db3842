"""What other apps may work out from the code tables: the pure rules, under one public name."""

from bihuan.reference.rules import (
    CatalogueRow,
    FeatureTag,
    IndustryRow,
    SectorMatch,
    features_for,
    industry_chain,
    sector_of,
)

__all__ = ["CatalogueRow", "FeatureTag", "IndustryRow", "SectorMatch", "features_for", "industry_chain", "sector_of"]
