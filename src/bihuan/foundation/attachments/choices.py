"""Kinds and purposes of files, with their Chinese labels."""

from __future__ import annotations

from django.db.models import TextChoices


class Group(TextChoices):
    """What sort of file it is."""

    IMAGE = "image", "图片"
    DOCUMENT = "document", "文档"
    VIDEO = "video", "视频"
    AUDIO = "audio", "音频"


class Source(TextChoices):
    """Where the time or place of capture comes from."""

    DEVICE = "device", "采集端记录"
    EXIF = "exif", "照片自带信息"


# What a file is for. Apps may use further keys; those here limit the sort of file and have a label.
PURPOSES: dict[str, tuple[str, tuple[Group, ...]]] = {
    "before": ("整改前", (Group.IMAGE, Group.VIDEO)),
    "after": ("整改后", (Group.IMAGE, Group.VIDEO)),
    "scene": ("现场", (Group.IMAGE, Group.VIDEO, Group.AUDIO)),
    "signature": ("签名", (Group.IMAGE,)),
    "notice": ("通知文书", (Group.IMAGE, Group.DOCUMENT)),
    "plan": ("方案", (Group.IMAGE, Group.DOCUMENT)),
    "minutes": ("会议记录", (Group.IMAGE, Group.DOCUMENT, Group.AUDIO)),
}
