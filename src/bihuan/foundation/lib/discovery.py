"""Finds what the installed apps bring."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import apps


def app_modules(kind: str) -> list[str]:
    """Modules of one kind ("cli", "api") that our installed apps have, in the order of INSTALLED_APPS."""
    names = [f"{config.name}.{kind}" for config in apps.get_app_configs() if config.name.startswith("bihuan.")]
    return [name for name in names if find_spec(name) is not None]


def app_command_modules() -> list[str]:
    """The `cli` modules."""
    return app_modules("cli")
