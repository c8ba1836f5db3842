"""Every write to hazards and what hangs on them; actor first, time as `at`."""

from bihuan.hazards.services.cadence import code_cause, duty_of
from bihuan.hazards.services.double_report import (
    drop_double_report,
    give_receipt,
    notify_employees,
    open_double_report,
    read_notice,
)
from bihuan.hazards.services.escalation import (
    adopt_proposal,
    decline_proposal,
    lapse_proposals,
    propose_all,
    propose_for,
    rung_for,
)
from bihuan.hazards.services.floor import (
    check_asset,
    check_today,
    missed_days,
    observe_behaviour,
    open_workshop,
    register_asset,
    storage_coverage,
)
from bihuan.hazards.services.follow_up import (
    accept_investigation,
    answer_difficulty,
    ask_for_help,
    earlier_alike,
    investigate_long_standing,
    investigate_repeat,
    pass_on_difficulty,
    report_investigation,
)
from bihuan.hazards.services.invariants import Breach, breaches
from bihuan.hazards.services.loop import (
    accept_recheck,
    approve_plan,
    ask_extension,
    confirm_hazard,
    grant_extension,
    lift_stop,
    offers,
    order_stop,
    pause_rectification,
    penalty_barred,
    reclassify_hazard,
    refuse_extension,
    reject_recheck,
    report_fix,
    resume_rectification,
    return_plan,
    submit_plan,
    take_back_request,
    withdraw_hazard,
)
from bihuan.hazards.services.quarterly import (
    draft_due,
    draft_quarterly_report,
    is_intact,
    quarter_numbers,
    sign_quarterly_report,
)
from bihuan.hazards.services.report import (
    counts_first,
    default_channel,
    link_duplicates,
    possible_duplicates,
    report_hazard,
    report_recurrence,
)
from bihuan.hazards.services.self_check import end_session, make_self_check_plan, open_session, sign_in
from bihuan.hazards.services.steps import take_step
from bihuan.hazards.services.supervision import (
    add_progress,
    list_hazard,
    progress_gaps,
    raise_supervision,
    remove_plate,
)

__all__ = [
    "Breach", "accept_investigation", "accept_recheck", "add_progress", "adopt_proposal", "answer_difficulty",
    "approve_plan", "ask_extension", "ask_for_help", "breaches", "check_asset", "check_today", "code_cause",
    "confirm_hazard", "counts_first", "default_channel", "decline_proposal", "draft_due", "draft_quarterly_report", "drop_double_report",
    "duty_of", "earlier_alike", "end_session", "give_receipt", "grant_extension", "investigate_long_standing",
    "investigate_repeat", "is_intact", "lapse_proposals", "lift_stop", "link_duplicates", "list_hazard",
    "make_self_check_plan", "missed_days", "notify_employees", "observe_behaviour", "offers", "open_double_report",
    "open_session", "open_workshop", "order_stop", "pass_on_difficulty", "pause_rectification", "penalty_barred",
    "possible_duplicates", "progress_gaps", "propose_all", "propose_for", "quarter_numbers", "raise_supervision",
    "read_notice", "reclassify_hazard", "refuse_extension", "register_asset", "reject_recheck", "remove_plate",
    "report_fix", "report_hazard", "report_investigation", "report_recurrence", "resume_rectification", "return_plan",
    "rung_for", "sign_in", "sign_quarterly_report", "storage_coverage", "submit_plan", "take_back_request", "take_step",
    "withdraw_hazard",
]  # fmt: skip
