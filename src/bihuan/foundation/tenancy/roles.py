"""Roles are packs (角色包): a title and the capabilities that come with it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from bihuan.foundation.lib.problems import Problem

PACK = Path(__file__).parent / "packs" / "roles.yaml"


@dataclass(frozen=True)
class Role:
    """A role with patterns of capabilities (`hazards.*`)."""

    key: str
    title: str
    level: tuple[str, ...]
    patterns: tuple[str, ...]

    def grants(self, capability: str) -> bool:
        """Whether the role carries this capability; a pattern starting with `-` takes away."""
        if any(fnmatchcase(capability, p[1:]) for p in self.patterns if p.startswith("-")):
            return False
        return any(fnmatchcase(capability, p) for p in self.patterns if not p.startswith("-"))


@cache
def all_roles() -> dict[str, Role]:
    """Roles of the installed pack; a bureau's own pack in the data directory replaces entries by key."""
    merged: dict[str, Role] = {}
    for file in (PACK, Path(settings.DATA_DIR) / "packs" / "roles.yaml"):
        if not file.exists():
            continue
        for item in yaml.safe_load(file.read_text(encoding="utf-8"))["roles"]:
            merged[item["key"]] = Role(item["key"], item["title"], tuple(item["level"]), tuple(item["capabilities"]))
    return merged


def role(key: str) -> Role:
    """The role of that key; a Problem names the unknown one."""
    try:
        return all_roles()[key]
    except KeyError:
        raise Problem("tenancy.unknown_role", f"没有名为“{key}”的角色，请在角色包中核对。") from None


def roles_with(capability: str) -> frozenset[str]:
    """Keys of all roles that carry the capability."""
    return frozenset(key for key, item in all_roles().items() if item.grants(capability))
