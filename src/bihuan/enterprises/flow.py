"""The loops of the half-year attestation (晋市应急工贸发〔2025〕39号 四(十六): 每半年更新一次)."""

from __future__ import annotations

from typing import Any

from bihuan.enterprises.rules.attestation import digest_of
from bihuan.foundation.workflow.flow import Flow, Guard, Input, State, Step, Transition

BASIS = "晋市应急工贸发〔2025〕39号 四(十六)"


def all_attested(record: Any, step: Step) -> str | None:
    """A round ends only when every firm is attested."""
    missing = record.attestations.exclude(status="attested").count()
    return f"还有 {missing} 家企业未核定，全部核定后才能结束本轮更新。" if missing else None


def seal(record: Any, step: Step) -> None:
    """Keep what was signed, with its digest."""
    record.content = dict(step.inputs["content"])
    record.digest = digest_of(record.content)


def keep_proposal(record: Any, step: Step) -> None:
    """Keep what the firm wants corrected."""
    record.proposal, record.proposal_reason = dict(step.inputs["changes"]), step.note[:200]


def drop_proposal(record: Any, step: Step) -> None:
    """A rejected proposal stays in the history only."""
    record.proposal, record.proposal_reason = {}, ""


CONTENT = (Input("content", "核定内容", required=True, kind="record"),)

ATTESTATION_FLOW = Flow(
    name="enterprises.attestation",
    title="企业信息核定",
    states=(
        State("open", "待确认", "yellow", todo="enterprises.attest_own", todo_title="确认本企业信息"),
        State("proposed", "待核定更正", "orange", todo="enterprises.attest", todo_title="核定企业信息更正"),
        State("attested", "已核定", "green", final=True),
    ),
    transitions=(
        Transition("confirm_own", "确认无误并签字", ("open",), "attested", "enterprises.attest_own", inputs=CONTENT, effect=seal,
                   stamps=("attested_at",), signs=("signed_by",), primary=True),
        Transition("confirm", "核定", ("open",), "attested", "enterprises.attest", inputs=CONTENT, effect=seal,
                   stamps=("attested_at",), signs=("signed_by",), primary=True),
        Transition("propose", "提出更正", ("open",), "proposed", "enterprises.propose", inputs=(Input("changes", "更正内容", required=True, kind="record"),),
                   effect=keep_proposal, signs=("proposed_by",), needs_note=True),
        Transition("accept", "采纳更正并核定", ("proposed",), "attested", "enterprises.attest", inputs=CONTENT, effect=seal,
                   stamps=("attested_at",), signs=("signed_by",), not_by=("proposed_by",), primary=True),
        Transition("reject", "退回更正", ("proposed",), "open", "enterprises.attest", effect=drop_proposal, needs_note=True),
    ),
)  # fmt: skip

ROUND_FLOW = Flow(
    name="enterprises.round",
    title="半年更新",
    states=(State("running", "更新中", "blue"), State("closed", "已结束", "green", final=True)),
    transitions=(
        Transition("close", "结束本轮更新", ("running",), "closed", "enterprises.attest", guards=(Guard(all_attested, BASIS),), primary=True),
    ),
)

FLOWS = (ATTESTATION_FLOW, ROUND_FLOW)
