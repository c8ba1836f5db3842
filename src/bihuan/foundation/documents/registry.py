"""The docx templates that apps brought with them (文书模板).

An app's `documents/__init__.py` calls `register`; Django imports it when the documents app is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings

from bihuan.foundation.lib.problems import NotFound

Context = Mapping[str, Any]


@dataclass(frozen=True)
class Template:
    """One registered template: key `campaigns.annex1`, owning app, file name, Chinese title, sample context."""

    key: str
    app: str
    filename: str
    title: str
    sample: Callable[[], Context]

    @property
    def shipped(self) -> Path:
        """The file that came with the app."""
        return Path(str(resources.files(f"bihuan.{self.app}") / "documents" / self.filename))

    @property
    def override(self) -> Path:
        """Where this installation keeps its own version, if it has one."""
        return override_dir() / f"{self.key}.docx"

    @property
    def path(self) -> Path:
        """The file in force: the installation's own version before the shipped one."""
        return self.override if self.override.exists() else self.shipped


_templates: dict[str, Template] = {}


def override_dir() -> Path:
    """Return the folder of this installation's own templates."""
    return Path(settings.DATA_DIR) / "templates"


def register(key: str, app: str, filename: str, title: str, *, sample: Callable[[], Context]) -> Template:
    """Register `<app>/documents/<filename>`; `sample` gives a full context, used to try a replaced template.

    Raises ValueError when the key is taken by another file: two templates under one name would hide one of them.
    """
    template = Template(key=key, app=app, filename=filename, title=title, sample=sample)
    known = _templates.get(key)
    if known is not None and (known.app, known.filename) != (app, filename):
        raise ValueError(f"template key {key!r} is already registered by {known.app}/{known.filename}")
    _templates[key] = template
    return template


def get(key: str) -> Template:
    """Return a registered template; NotFound (Chinese) for an unknown key."""
    if key not in _templates:
        raise NotFound("documents.unknown_template", f"没有名为“{key}”的文书模板。")
    return _templates[key]


def templates() -> list[Template]:
    """Return all templates in the order of their keys."""
    return [_templates[key] for key in sorted(_templates)]
