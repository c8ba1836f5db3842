"""`bihuan user …`: accounts from the machine's console, for the first operator and for emergencies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q

from bihuan.administration.services import appoint, close_account, reopen_account, reset_password
from bihuan.foundation.accounts.models import User
from bihuan.foundation.accounts.services import create_user
from bihuan.foundation.lib.commands import OPERATOR, Subparsers, group
from bihuan.foundation.lib.problems import NotFound, Problem
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.tenancy.models import Organisation


def register(subparsers: Subparsers) -> None:
    """Add the commands."""
    users = group(subparsers, "user", "用户账号")
    made = _add(users, "create", "建立账号，并可同时任命", create)
    made.add_argument("login", metavar="登录名")
    made.add_argument("--name", required=True, metavar="姓名")
    made.add_argument("--organisation", metavar="单位代码", default="")
    made.add_argument("--role", metavar="角色", default="")
    made.add_argument("--phone", default="", metavar="手机")
    made.add_argument("--email", default="", metavar="邮箱")
    listed = _add(users, "list", "列出账号", list_users)
    listed.add_argument("text", nargs="?", default="", metavar="姓名或登录名")
    for name, text, function in (("password", "重置密码", password), ("unlock", "启用账号并解除锁定", unlock)):
        _add(users, name, text, function).add_argument("login", metavar="登录名")
    lock = _add(users, "lock", "停用账号", lock_account)
    lock.add_argument("login", metavar="登录名")
    lock.add_argument("--reason", required=True, metavar="原因")


def _add(users: Subparsers, name: str, text: str, function: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    parser = users.add_parser(name, help=text, description=text)
    parser.set_defaults(func=function, capability=OPERATOR)
    return parser


def create(args: argparse.Namespace) -> int:
    """Open an account; the first password is printed once."""
    place = Organisation.objects.filter(code=args.organisation).first() if args.organisation else None
    if args.organisation and place is None:
        raise Problem("cli.unknown_organisation", f"没有代码为 {args.organisation} 的单位。")
    if args.role and place is None:
        raise Problem("cli.role_without_organisation", "任命角色须同时给出 --organisation 单位代码。")
    at = utc_now()
    with transaction.atomic():
        user, first = create_user(args.actor, username=args.login, name=args.name, phone=args.phone, email=args.email,
                                  organisation_id=place.pk if place else None, at=at)  # fmt: skip
        if args.role and place is not None:
            appoint(args.actor, user=user, organisation=place, role=args.role, at=at)
    sys.stdout.write(f"已建立账号 {user.username}，初始密码 {first}（首次登录须修改）\n")
    return 0


def list_users(args: argparse.Namespace) -> int:
    """One line an account."""
    rows = User.objects.filter(Q(username__contains=args.text.lower()) | Q(name__contains=args.text)).order_by("username")
    for user in rows:
        sys.stdout.write(f"{user.username}\t{user.name}\t{'启用' if user.is_active else '停用'}\n")
    return 0


def _find(login: str) -> User:

    user = User.objects.filter(username=login.strip().lower()).first()
    if user is None:
        raise NotFound("cli.unknown_login", f"没有登录名为“{login}”的账号。")
    return user


def password(args: argparse.Namespace) -> int:
    """A new first password, printed once."""
    sys.stdout.write(f"新的初始密码 {reset_password(args.actor, _find(args.login), at=utc_now())}（首次登录须修改）\n")
    return 0


def lock_account(args: argparse.Namespace) -> int:
    """Out of use."""
    close_account(args.actor, _find(args.login), reason=args.reason, at=utc_now())
    sys.stdout.write("已停用\n")
    return 0


def unlock(args: argparse.Namespace) -> int:
    """In use again."""
    reopen_account(args.actor, _find(args.login), at=utc_now())
    sys.stdout.write("已启用并解锁\n")
    return 0
