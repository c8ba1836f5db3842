"""Loading packs: show what would change, change it once, and never rewrite a rule that someone was judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.registry import title_of
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.packs import Diff, Pack, PackError, read_folder
from bihuan.foundation.lib.problems import Forbidden
from bihuan.foundation.lib.times import local_date
from bihuan.reference.models import PackLoad, RiskFeature
from bihuan.reference.rules import KIND_ORDER, KIND_TITLES, SCHEMAS
from bihuan.reference.services.tables import TABLES

SHIPPED = Path(__file__).resolve().parents[1] / "packs"


@dataclass(frozen=True)
class PackReport:
    """What one pack changes. `skipped` says why a pack was left alone (superseded, or not yet in force)."""

    kind: str
    key: str
    title: str
    version: str
    file: str
    diff: Diff
    skipped: str = ""

    def lines(self) -> list[str]:
        """The report of this pack in Chinese, one line a change."""
        head = f"{KIND_TITLES[self.kind]}“{self.title}”{self.version}版（{self.file}）"
        if self.skipped:
            return [f"{head}：{self.skipped}"]
        if not self.diff:
            return [f"{head}：无变化（{self.diff.unchanged}项）"]
        counts = (
            f"新增{len(self.diff.added)}项，变更{len(self.diff.changed)}项，停用{len(self.diff.removed)}项"
        )
        lines = [f"{head}：{counts}"]
        lines += [f"  + {key}" for key in self.diff.added]
        for change in self.diff.changed:
            lines += [
                f"  ~ {change.key} {name}：{before!r} → {after!r}"
                for name, (before, after) in change.fields.items()
            ]
        return lines + [f"  - {key}" for key in self.diff.removed]


@dataclass(frozen=True)
class LoadReport:
    """What a load changed, or would change (`dry_run`)."""

    packs: tuple[PackReport, ...]
    dry_run: bool

    @property
    def changed(self) -> bool:
        """Whether any table changes."""
        return any(pack.diff for pack in self.packs)

    def lines(self) -> list[str]:
        """The whole report in Chinese."""
        return [line for pack in self.packs for line in pack.lines()]


def load_packs(
    actor: Actor, *, at: datetime, directory: Path | None = None, dry_run: bool = False
) -> LoadReport:
    """Load every pack of `directory` (by default those shipped) in one transaction and say what changed.

    Loading the same packs again changes nothing and writes nothing. Effective-dated tables (criteria, penalties,
    catalogues) get new rows from the effective date on, the rows before are closed and stay. Of the other tables the
    latest version in force is the one that counts. Nothing is loaded when a pack is at fault: PackError tells all.
    """
    if not actor.can("reference.load"):
        raise Forbidden("reference.load", f"您没有“{title_of('reference.load')}”的权限，请联系系统运维人员。")
    packs = read_folder(directory or SHIPPED, SCHEMAS)
    packs.sort(key=lambda pack: (KIND_ORDER.index(pack.kind), pack.key, pack.effective_from))
    _check_references(packs)
    with transaction.atomic():
        reports = [_load(actor, pack, packs, at=at) for pack in packs]
        faults = [fault for _, pack_faults in reports for fault in pack_faults]
        if faults:
            raise PackError(faults)
        if dry_run:
            transaction.set_rollback(True)
    return LoadReport(tuple(report for report, _ in reports), dry_run)


def pending_changes() -> list[str]:
    """Titles of shipped packs that were never loaded, or differ from what was loaded last. Reads only."""
    loaded = set(PackLoad.objects.values_list("kind", "key", "version", "digest"))
    packs = read_folder(SHIPPED, SCHEMAS)
    return [pack.title for pack in packs if (pack.kind, pack.key, pack.version, pack.digest) not in loaded]


def _load(actor: Actor, pack: Pack, packs: Sequence[Pack], *, at: datetime) -> tuple[PackReport, list[str]]:
    table = TABLES[pack.kind]
    skipped = "" if table.keeps_versions else _superseded(pack, packs, at=at)
    if skipped:
        return PackReport(pack.kind, pack.key, pack.title, pack.version, pack.file, Diff(), skipped), []
    outcome, faults = table.load(actor, pack, at=at)
    report = PackReport(pack.kind, pack.key, pack.title, pack.version, pack.file, outcome)
    known = (
        PackLoad.objects.filter(kind=pack.kind, key=pack.key, version=pack.version).order_by("-id").first()
    )
    if not faults and (outcome or known is None or known.digest != pack.digest):
        _remember(actor, pack, outcome, at=at)
    return report, [f"{pack.file}：{fault}" for fault in faults]


def _remember(actor: Actor, pack: Pack, outcome: Diff, *, at: datetime) -> None:
    changes = {
        "added": list(outcome.added),
        "changed": {
            change.key: {name: list(pair) for name, pair in change.fields.items()}
            for change in outcome.changed
        },
        "removed": list(outcome.removed),
    }
    load = PackLoad.objects.create(
        kind=pack.kind, key=pack.key, version=pack.version, title=pack.title, source=pack.source,
        notes=list(pack.notes), effective_from=pack.effective_from, effective_to=pack.effective_to,
        digest=pack.digest, changes=changes, loaded_at=at, loaded_by_id=actor.user_id,
    )  # fmt: skip
    record(
        actor, "reference.load_pack", load, at=at,
        after={"kind": pack.kind, "key": pack.key, "version": pack.version, "digest": pack.digest}, detail=changes,
    )  # fmt: skip


def _superseded(pack: Pack, packs: Sequence[Pack], *, at: datetime) -> str:
    """Of a table without versions only the latest pack in force is loaded; say why this one is not."""
    today = local_date(at)
    if pack.effective_from > today:
        return f"{pack.effective_from} 起才生效，届时再加载"
    if pack.effective_to is not None and pack.effective_to < today:
        return f"已于 {pack.effective_to} 失效"
    rivals = [other for other in packs if (other.kind, other.key) == (pack.kind, pack.key)]
    later = [other.version for other in rivals if pack.effective_from < other.effective_from <= today]
    return f"已被{later[-1]}版取代" if later else ""


def _check_references(packs: Sequence[Pack]) -> None:
    """Refuse industries and catalogues that name features nobody defines."""
    known = set(RiskFeature.objects.values_list("code", flat=True))
    known |= {str(item["code"]) for pack in packs if pack.kind == "risk_features" for item in pack.items}
    faults = []
    for pack in packs:
        for item in pack.items:
            named = item.get("typical_features") or ([item["feature"]] if "feature" in item else [])
            unknown = [str(code) for code in named if code not in known] if isinstance(named, list) else []
            if unknown:
                faults.append(f"{pack.file}（{item['code']}）：没有定义的风险特征 {'、'.join(unknown)}。")
    if faults:
        raise PackError(faults)
