"""The command line as a whole: who may run what, and what a person reads when it does not work."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bihuan.cli import main as command_line
from bihuan.foundation.access.registry import capabilities
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.commands import OPERATOR, Subparsers
from bihuan.foundation.lib.problems import Problem


def bring(monkeypatch: pytest.MonkeyPatch, func: Callable[[argparse.Namespace], int | None], capability: str | None) -> None:
    """Let an app bring one command, `try-it`."""

    def register(subparsers: Subparsers) -> None:
        subparsers.add_parser("try-it").set_defaults(func=func, **({"capability": capability} if capability else {}))

    monkeypatch.setattr(command_line, "OWN_COMMANDS", ())
    monkeypatch.setattr(command_line, "app_command_modules", lambda: ["an.app.cli"])
    monkeypatch.setattr(command_line, "import_module", lambda name: SimpleNamespace(register=register))


def test_every_command_names_a_known_capability() -> None:
    known = {OPERATOR, *capabilities()}
    for words, parser in command_line.commands(command_line.build_parser()).items():
        assert parser.get_default("capability") in known, f"bihuan {' '.join(words)}"
        assert callable(parser.get_default("func")), f"bihuan {' '.join(words)}"


def test_every_command_is_in_the_reference() -> None:
    text = (settings.ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    missing = {words[0] for words in command_line.commands(command_line.build_parser()) if f"| `{words[0]}` |" not in text}
    assert not missing, f"add to docs/reference/commands.md: {sorted(missing)}"


def test_command_without_capability_is_refused_at_start(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    bring(monkeypatch, lambda args: None, None)
    assert command_line.main(["try-it"]) == 2
    assert "capability" in capsys.readouterr().err


def test_operator_command_acts_as_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    bring(monkeypatch, lambda args: seen.append(args.actor.kind), OPERATOR)
    assert command_line.main(["try-it"]) == 0
    assert seen == ["system"]


def test_problem_is_one_line_and_exit_code_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(args: argparse.Namespace) -> None:
        raise Problem("demo.refused", "请先核对。")

    bring(monkeypatch, refuse, OPERATOR)
    assert command_line.main(["try-it"]) == 1
    assert capsys.readouterr().err == "✗ 请先核对。\n"


@pytest.mark.django_db
def test_personal_command_needs_a_known_person(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    bring(monkeypatch, lambda args: None, "hazards.view")
    with pytest.raises(SystemExit):
        command_line.main(["try-it"])
    assert command_line.main(["try-it", "--as", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err


@pytest.mark.django_db
def test_personal_command_needs_the_capability(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ran: list[int] = []
    bring(monkeypatch, lambda args: ran.append(1), "hazards.view")
    User.objects.create_user("wang", name="王某")
    assert command_line.main(["try-it", "--as", "Wang"]) == 1
    assert "权限" in capsys.readouterr().err
    assert not ran


def test_wrong_settings_are_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def nonsense() -> None:
        raise ImproperlyConfigured("BIHUAN_DEBUG='maybe': use 1 or 0")

    monkeypatch.setattr("django.setup", nonsense)
    assert command_line.main(["doctor"]) == 2
    assert "BIHUAN_DEBUG" in capsys.readouterr().err
