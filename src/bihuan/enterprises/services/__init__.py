"""Every write to the enterprise file."""

from bihuan.enterprises.services.assets import (
    add_equipment,
    add_pipeline,
    match_catalogue,
    note_pipeline,
    plan_replacement,
    remove_equipment,
)
from bihuan.enterprises.services.attestation import (
    accept_correction,
    attest,
    attest_many,
    close_round,
    open_round,
    propose_correction,
    reject_correction,
)
from bihuan.enterprises.services.bulk import FirmChange, NewFirm, register_many, update_many
from bihuan.enterprises.services.grading import facts_of, grade_all, grade_firms
from bihuan.enterprises.services.links import link_records
from bihuan.enterprises.services.listing import put_on_key_list, take_off_key_list
from bihuan.enterprises.services.register import (
    register_enterprise,
    set_pairing_role,
    transfer_supervision,
    update_enterprise,
)
from bihuan.enterprises.services.sites import add_party, add_site, check_agreements, end_party, sign_agreement
from bihuan.enterprises.services.tags import Catalogues, add_tag, apply_catalogues, end_tag

__all__ = [
    "Catalogues",
    "FirmChange",
    "NewFirm",
    "accept_correction",
    "add_equipment",
    "add_party",
    "add_pipeline",
    "add_site",
    "add_tag",
    "apply_catalogues",
    "attest",
    "attest_many",
    "check_agreements",
    "close_round",
    "end_party",
    "end_tag",
    "facts_of",
    "grade_all",
    "grade_firms",
    "link_records",
    "match_catalogue",
    "note_pipeline",
    "open_round",
    "plan_replacement",
    "propose_correction",
    "put_on_key_list",
    "register_enterprise",
    "register_many",
    "reject_correction",
    "remove_equipment",
    "set_pairing_role",
    "sign_agreement",
    "take_off_key_list",
    "transfer_supervision",
    "update_enterprise",
    "update_many",
]
