"""Full sample context of annex 5."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

from PIL import Image

from bihuan.foundation.documents.imprint import imprint
from bihuan.foundation.documents.redact import Photo


def grey_picture() -> bytes:
    """A plain picture that stands for a photo taken on site."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (190, 196, 202)).save(out, "JPEG")
    return out.getvalue()


def annex5() -> dict[str, Any]:
    """检查问题隐患清单, one entry with a photo and one without."""
    facts: dict[str, Any] = {"firm": "定襄县某法兰锻造有限公司", "inspectors": "", "firm_principal": ""}
    entry = {
        "description": "抛光间除尘器未设置锁气卸灰装置，灰斗积尘厚度超过1毫米。",
        "evidence": "现场照片1张", "photos": [Photo(grey_picture(), width_mm=32)],
        "basis": "《工贸企业重大事故隐患判定标准》第十一条第（六）项", "kind": "重大", "note": "",
    }  # fmt: skip
    plain = entry | {
        "description": "应急照明灯损坏2盏。",
        "evidence": "检查记录",
        "photos": [],
        "basis": "",
        "kind": "一般",
    }
    return {
        "campaign": "冶金工贸行业隐患排查整治专项行动", "checked_on": date(2025, 3, 12), "rows": [entry, plain], **facts,
        "inspector_marks": [Photo(grey_picture(), width_mm=24)], "firm_marks": [],
        "imprint": imprint(facts, at=datetime(2025, 3, 12, 8, 0, tzinfo=UTC), edition="", state="草稿"),
    }  # fmt: skip
