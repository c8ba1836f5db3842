"""Every write to hazards and what hangs on them; actor first, time as `at`."""

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
    withdraw_hazard,
)
from bihuan.hazards.services.report import (
    counts_first,
    link_duplicates,
    possible_duplicates,
    report_hazard,
    report_recurrence,
)

__all__ = [
    "accept_recheck", "approve_plan", "ask_extension", "confirm_hazard", "counts_first", "grant_extension", "lift_stop",
    "link_duplicates", "offers", "order_stop", "pause_rectification", "penalty_barred", "possible_duplicates",
    "reclassify_hazard", "refuse_extension", "reject_recheck", "report_fix", "report_hazard", "report_recurrence",
    "resume_rectification", "return_plan", "submit_plan", "withdraw_hazard",
]  # fmt: skip
