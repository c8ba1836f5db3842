"""Records of the enterprise file (一企一档)."""

from bihuan.enterprises.models.assets import Equipment, GasPipeline, PipelineEvent, PipelineEventKind
from bihuan.enterprises.models.attestation import Attestation, AttestationRound
from bihuan.enterprises.models.enterprise import Enterprise, EnterpriseTag, KeyListing, SupervisionPeriod
from bihuan.enterprises.models.grading import GradeResult, RecordLink
from bihuan.enterprises.models.imports import ColumnMemory, EnterpriseImport, ImportRow, ImportState, RowKind
from bihuan.enterprises.models.sites import HazardCandidate, PartyRole, Site, SiteParty

__all__ = [
    "Attestation",
    "AttestationRound",
    "ColumnMemory",
    "Enterprise",
    "EnterpriseImport",
    "EnterpriseTag",
    "Equipment",
    "GasPipeline",
    "GradeResult",
    "HazardCandidate",
    "ImportRow",
    "ImportState",
    "KeyListing",
    "PartyRole",
    "PipelineEvent",
    "PipelineEventKind",
    "RecordLink",
    "RowKind",
    "Site",
    "SiteParty",
    "SupervisionPeriod",
]
