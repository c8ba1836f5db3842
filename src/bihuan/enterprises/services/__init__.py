"""Every write to the enterprise file."""

from bihuan.enterprises.services.listing import put_on_key_list, take_off_key_list
from bihuan.enterprises.services.register import (
    register_enterprise,
    set_pairing_role,
    transfer_supervision,
    update_enterprise,
)
from bihuan.enterprises.services.tags import Catalogues, add_tag, apply_catalogues, end_tag

__all__ = [
    "Catalogues",
    "add_tag",
    "apply_catalogues",
    "end_tag",
    "put_on_key_list",
    "register_enterprise",
    "set_pairing_role",
    "take_off_key_list",
    "transfer_supervision",
    "update_enterprise",
]
