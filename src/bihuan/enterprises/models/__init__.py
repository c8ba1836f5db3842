"""Records of the enterprise file (一企一档)."""

from bihuan.enterprises.models.enterprise import Enterprise, EnterpriseTag, KeyListing, SupervisionPeriod

__all__ = ["Enterprise", "EnterpriseTag", "KeyListing", "SupervisionPeriod"]
