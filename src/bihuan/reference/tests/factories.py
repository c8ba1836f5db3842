"""The shipped packs, loaded, and small packs of one's own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bihuan.foundation.access.actor import system_actor
from bihuan.reference.services import LoadReport, load_packs

NOW = datetime(2025, 1, 10, 2, tzinfo=UTC)


def load_shipped(*, at: datetime = NOW) -> LoadReport:
    """Load what the system ships."""
    return load_packs(system_actor("test"), at=at)


def criteria_pack(
    folder: Path,
    *,
    version: str,
    effective_from: str,
    titles: dict[str, str],
    effective_to: str = "",
    name: str = "",
) -> Path:
    """Write a criteria pack with one criterion per title; returns the folder."""
    lines = [
        "kind: criteria", "key: trial", "title: 试行判定标准", f'version: "{version}"', f"effective_from: {effective_from}",
        "source: 试行令第1号", "items:",
    ]  # fmt: skip
    if effective_to:
        lines.insert(-1, f"effective_to: {effective_to}")
    for number, (code, title) in enumerate(titles.items(), start=1):
        lines.append(
            f"  - {{code: {code}, article: 3, item: {number}, scope: general, title: {title}, control_type: people}}"
        )
    (folder / f"{name or version}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
