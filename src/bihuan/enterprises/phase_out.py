"""The phase-out catalogue (淘汰落后目录) as installed: every line of every version in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from django.conf import settings

from bihuan.enterprises.rules.assets import PhaseOut, read_catalogue

PACKS = Path(__file__).parent / "packs"


def catalogue_on(day: date) -> list[PhaseOut]:
    """Lines of the versions that have come into force; read anew each time, so that an added file counts at once."""
    files = [*PACKS.glob("phase_out_*.yaml"), *(Path(settings.DATA_DIR) / "packs").glob("phase_out_*.yaml")]
    packs = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    return [row for pack in packs if pack["effective_from"] <= day for row in read_catalogue(pack)]
