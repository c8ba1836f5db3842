"""`bihuan verify-files`."""

from __future__ import annotations

import argparse
import sys

from bihuan.foundation.attachments import checking
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.lib.commands import OPERATOR, Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    text = "逐个校验证据附件是否与上传时一致"
    parser = subparsers.add_parser("verify-files", help=text, description=text)
    parser.set_defaults(func=verify_files, capability=OPERATOR)


def verify_files(args: argparse.Namespace) -> int:
    """Verify every file; 1 when one is altered or missing."""
    bad = 0
    for row, message in checking.faults(Attachment.objects.all()):
        bad += 1
        sys.stderr.write(f"✗ 附件 {row.pk}（{row.name}）：{message}\n")
    sys.stdout.write(f"共 {Attachment.objects.count()} 个附件，{bad} 个未通过校验。\n")
    return 1 if bad else 0
