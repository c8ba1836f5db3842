"""Capabilities of the attachments app."""

from bihuan.foundation.access.registry import Capability

CAPABILITIES = (
    Capability("attachments.add", "上传附件"),
    Capability("attachments.original", "下载含拍摄位置的原始证据"),
)
