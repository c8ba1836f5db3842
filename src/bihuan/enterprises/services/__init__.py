"""Every write to the enterprise file."""

from bihuan.enterprises.services.register import register_enterprise, set_pairing_role, transfer_supervision, update_enterprise

__all__ = ["register_enterprise", "set_pairing_role", "transfer_supervision", "update_enterprise"]
