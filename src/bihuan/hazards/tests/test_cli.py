"""`bihuan export hazards`: only what is in sight."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bihuan.hazards.cli import export_hazards
from bihuan.hazards.tests.factories import Stage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("who", "level", "rows"), [("county_officer", None, 2), ("county_officer", "major", 1), ("sibling_officer", None, 0)])
def test_the_export_holds_the_confirmed_hazards_in_sight(stage: Stage, tmp_path: Path, who: str, level: str | None, rows: int) -> None:
    stage.at_work(level="major")
    stage.at_work(place="二车间")
    stage.report("county_officer", place="三车间")
    target = tmp_path / "隐患.xlsx"
    assert export_hazards(argparse.Namespace(actor=stage.cast.actor(who), file=target, level=level)) == 0
    sheet = list(load_workbook(target).active.iter_rows(values_only=True))
    assert len(sheet) == rows + 1
    assert sheet[0][0] == "隐患编号"
    assert "重大隐患明细" in sheet[0]
