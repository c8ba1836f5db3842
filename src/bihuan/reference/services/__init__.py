"""Every write to the code tables."""

from bihuan.reference.services.criteria import add_criterion, retire_criterion, revise_criterion
from bihuan.reference.services.loading import LoadReport, PackReport, load_packs, pending_changes

__all__ = [
    "LoadReport",
    "PackReport",
    "add_criterion",
    "load_packs",
    "pending_changes",
    "retire_criterion",
    "revise_criterion",
]
