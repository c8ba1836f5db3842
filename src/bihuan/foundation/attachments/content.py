"""What a file really is, decided by its bytes; its name and declared type do not count."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import filetype
import pypdfium2

from bihuan.foundation.attachments import images, media
from bihuan.foundation.attachments.choices import Group
from bihuan.foundation.lib.problems import Problem

MIB = 1024 * 1024
LIMITS = {Group.IMAGE: 20 * MIB, Group.DOCUMENT: 50 * MIB, Group.VIDEO: 300 * MIB, Group.AUDIO: 50 * MIB}
LARGEST = max(LIMITS.values())
ALLOWED_WORDS = "照片（jpg、png、webp）、PDF、Word（docx）、Excel（xlsx）、视频（mp4）或录音（m4a）"
HEAD = 8192
UNPACKED_LIMIT = 300 * MIB
UNPACKED_ENTRIES = 5000


@dataclass(frozen=True)
class Kind:
    """An accepted type."""

    extension: str
    content_type: str
    group: Group


JPEG = Kind("jpg", "image/jpeg", Group.IMAGE)
PNG = Kind("png", "image/png", Group.IMAGE)
WEBP = Kind("webp", "image/webp", Group.IMAGE)
PDF = Kind("pdf", "application/pdf", Group.DOCUMENT)
DOCX = Kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Group.DOCUMENT)
XLSX = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Group.DOCUMENT)
MP4 = Kind("mp4", "video/mp4", Group.VIDEO)
M4A = Kind("m4a", "audio/mp4", Group.AUDIO)

PILLOW_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
MP4_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV", b"3gp4", b"3gp5", b"3gp6"}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
# Chinese names of what is refused most often, by the first bytes.
REFUSED_STARTS = (
    (b"MZ", "Windows 可执行程序（exe）"),
    (b"\x7fELF", "Linux 可执行程序"),
    (b"\xca\xfe\xba\xbe", "可执行程序"),
    (b"\xcf\xfa\xed\xfe", "macOS 可执行程序"),
    (b"#!", "脚本程序"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版或加密的 Office 文档（请另存为不加密的 docx 或 xlsx）"),
    (b"Rar!", "压缩包（rar）"),
    (b"7z\xbc\xaf", "压缩包（7z）"),
    (b"GIF8", "动图（gif）"),
    (b"BM", "位图（bmp，请另存为 jpg）"),
)


def inspect(path: Path, name: str, size: int) -> tuple[Kind, images.Picture | None]:
    """The type of the file at `path`, and its picture data when it is an image.

    Raises Problem with what the file really is when it is not accepted, is too big, or cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind = recognise(head, path)
    if kind is None:
        raise Problem(
            "attachments.type_refused", f"“{name}”实际是{refused_title(head)}，不能作为附件；请上传{ALLOWED_WORDS}。", field="file"
        )
    if size > LIMITS[kind.group]:
        limit = LIMITS[kind.group] // MIB
        raise Problem("attachments.too_big", f"“{name}”超过{kind.group.label}的大小上限 {limit} MB，请压缩后再上传。", field="file")
    if kind.group == Group.IMAGE:
        return kind, images.read(path, name, PILLOW_FORMATS[kind])
    check = {PDF: check_pdf, DOCX: check_office, XLSX: check_office, MP4: media.check, M4A: media.check}[kind]
    check(path, name)
    return kind, None


def recognise(head: bytes, path: Path) -> Kind | None:
    """The accepted type that these bytes are, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return office_kind(path)
    if head[4:8] == b"ftyp":
        return M4A if head[8:11] == b"M4A" else MP4 if head[8:12] in MP4_BRANDS else None
    return None


def office_kind(path: Path) -> Kind | None:
    """Word or Excel, by the parts inside the package; None for any other zip."""
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else None


def refused_title(head: bytes) -> str:
    """In Chinese, what a refused file is."""
    for start, title in REFUSED_STARTS:
        if head.startswith(start):
            return title
    if head[4:8] == b"ftyp":
        if head[8:12] in HEIC_BRANDS:
            return "苹果 HEIC 照片（请在手机“设置－相机－格式”中选“兼容性最佳”，或另存为 jpg）"
        return "QuickTime 视频（mov，请转存为 mp4）" if head[8:12] == b"qt  " else "不支持的视频格式"
    if head.startswith(b"PK\x03\x04"):
        return "压缩包（zip）或不支持的文档"
    if head.lstrip()[:1] == b"<":
        return "网页或代码文件"
    guess = filetype.guess(head) if head else None
    if guess is not None:
        return f"{guess.extension} 文件"
    return "文本文件" if head and b"\x00" not in head else "空文件" if not head else "无法识别的文件"


def check_pdf(path: Path, name: str) -> None:
    """Refuse a PDF that does not open."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as fault:
        if "password" in str(fault).lower():
            raise Problem("attachments.locked", f"“{name}”设有打开密码，请去除密码后再上传。", field="file") from fault
        raise Problem("attachments.corrupt", f"“{name}”已损坏，无法打开；请重新导出 PDF 后再上传。", field="file") from fault
    document.close()


def check_office(path: Path, name: str) -> None:
    """Refuse packages with macros, broken parts, or that unpack to an absurd size."""
    with zipfile.ZipFile(path) as package:
        parts = package.infolist()
        if len(parts) > UNPACKED_ENTRIES or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
            raise Problem("attachments.unpacks_too_big", f"“{name}”展开后过大，不能作为附件。", field="file")
        if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
            raise Problem("attachments.macros", f"“{name}”含有宏程序，请另存为不含宏的文档后再上传。", field="file")
        try:
            broken = package.testzip()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as fault:
            raise Problem("attachments.corrupt", f"“{name}”已损坏，无法打开；请重新保存后再上传。", field="file") from fault
        if broken is not None:
            raise Problem("attachments.corrupt", f"“{name}”已损坏，无法打开；请重新保存后再上传。", field="file")
