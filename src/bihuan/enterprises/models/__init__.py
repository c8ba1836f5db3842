"""Records of the enterprise file (一企一档)."""

from bihuan.enterprises.models.enterprise import Enterprise, EnterpriseTag, KeyListing, SupervisionPeriod
from bihuan.enterprises.models.imports import ColumnMemory, EnterpriseImport, ImportRow, ImportState, RowKind

__all__ = [
    "ColumnMemory",
    "Enterprise",
    "EnterpriseImport",
    "EnterpriseTag",
    "ImportRow",
    "ImportState",
    "KeyListing",
    "RowKind",
    "SupervisionPeriod",
]
