"""`bihuan demo`: build the demonstration region, or list its accounts."""

from __future__ import annotations

import argparse
import sys

from django.core.management import call_command

from bihuan.demo import province, services
from bihuan.foundation.lib.commands import OPERATOR, Subparsers
from bihuan.foundation.lib.times import utc_now


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", help="生成演示区域（忻州市 14 县冬季专项行动）")
    parser.add_argument("--seed", type=int, default=216, help="随机种子，相同种子生成相同区域")
    parser.add_argument("--reset", action="store_true", help="清空数据库后重建")
    parser.add_argument("--scale", choices=("city", "province"), default="city", help="city：一市 14 县；province：全省 117 县压力数据")
    parser.add_argument("--hazards", type=int, default=province.HAZARDS, help="省级数据的隐患条数")
    parser.add_argument("--firms", type=int, default=province.FIRMS, help="省级数据的企业数")
    parser.add_argument("--size", type=float, default=1.0, help="市级演示的规模系数，0.05 为二十分之一（用于试装）")
    parser.add_argument("--accounts", action="store_true", help="只列出演示账号")
    parser.set_defaults(func=run, capability=OPERATOR)


def say(line: str) -> None:
    """Progress to the terminal."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(args: argparse.Namespace) -> int:
    """Build or list."""
    if args.accounts:
        say(f"演示账号（密码均为 {services.password()}）：")
        for login, title, person, organisation in services.accounts():
            say(f"  {login:<18} {title}  {person}（{organisation}）")
        return 0
    if services.is_built() and not args.reset:
        say("演示区域已经生成。")
        return 0
    if args.reset:
        call_command("flush", interactive=False, verbosity=0)
        call_command("migrate", verbosity=0)
    if args.scale == "province":
        province.build_province(seed=args.seed, at=utc_now(), hazards=args.hazards, firms=args.firms, tell=say)
        return 0
    services.build_demo(seed=args.seed, at=utc_now(), total=round(5900 * args.size), share=args.size, tell=say)
    return 0
