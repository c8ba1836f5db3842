"""Input of the hazard pages; shape only, whether it may happen now is decided by the loop."""

from bihuan.hazards.forms.report import ReportForm
from bihuan.hazards.forms.steps import (
    ConfirmForm,
    ExtensionForm,
    FixForm,
    HelpForm,
    LevelForm,
    MergeForm,
    NoteForm,
    OpinionForm,
    PlainReasonForm,
    PlanForm,
    ReasonForm,
    RecurrenceForm,
    RejectForm,
    StepForm,
    StopForm,
    TextForm,
)

__all__ = [
    "ConfirmForm", "ExtensionForm", "FixForm", "HelpForm", "LevelForm", "MergeForm", "NoteForm", "OpinionForm", "PlainReasonForm", "PlanForm",
    "ReasonForm", "RecurrenceForm", "RejectForm", "ReportForm", "StepForm", "StopForm", "TextForm",
]  # fmt: skip
