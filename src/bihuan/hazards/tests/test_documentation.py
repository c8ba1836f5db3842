"""The diagrams in docs/domain/hazards.md are those of the tables."""

from pathlib import Path

import pytest

from bihuan.foundation.workflow.flow import Flow
from bihuan.hazards.flow import FLOWS

PAGE = Path(__file__).parents[4] / "docs" / "domain" / "hazards.md"


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_the_diagram_is_the_table(flow: Flow) -> None:
    assert f"```mermaid\n{flow.diagram()}\n```" in PAGE.read_text(encoding="utf-8")
