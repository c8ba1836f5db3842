"""Tell a file's kind by its first bytes and read it; every fault is a CompileError."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from ..errors import CompileError
from . import docx, ocr, ofd, pdf

MAX_BYTES = 300 * 1024 * 1024
MAX_UNPACKED = 600 * 1024 * 1024
MAX_RATIO = 200  # office files pack about 10:1; a bomb packs 1000:1
MAX_ENTRIES = 20_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file and where it came from (txt, docx, pdf, ofd, ocr)."""

    text: str
    media: str


def read_file(path: Path) -> Source:
    """Read ``path``. Raises CompileError: missing, empty, encrypted, too_large, zip_bomb, damaged, unsupported, ocr_missing."""
    if not path.is_file():
        raise CompileError("missing")
    size = path.stat().st_size
    if size == 0:
        raise CompileError("empty")
    if size > MAX_BYTES:
        raise CompileError("too_large")
    with path.open("rb") as handle:
        head = handle.read(4096)
    source = _read(path, head)
    if not source.text.strip():
        raise CompileError("empty")
    return source


def _read(path: Path, head: bytes) -> Source:
    if head.startswith(b"%PDF"):
        text = pdf.read(path)
        return Source(text, "pdf") if text is not None else Source(ocr.read_pdf(path), "ocr")
    if head.startswith(_IMAGES):
        return Source(ocr.read_image(path), "ocr")
    if head.startswith(_OLE):
        raise CompileError(
            "encrypted" if _encrypted_office(path) else "unsupported",
            "" if _encrypted_office(path) else ".doc 请另存为 .docx",
        )
    if head.startswith(b"PK"):
        return _read_zip(path)
    return Source(_decode(path.read_bytes()), "txt")


def _encrypted_office(path: Path) -> bool:
    return "EncryptedPackage".encode("utf-16-le") in path.read_bytes()


def _read_zip(path: Path) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive)
            names = set(archive.namelist())
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise CompileError("encrypted")
            if "word/document.xml" in names:
                return Source(docx.read(archive), "docx")
            if "OFD.xml" in names:
                return Source(ofd.read(archive), "ofd")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as fault:
        raise CompileError("damaged") from fault
    raise CompileError("unsupported")


def check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse archives that would unpack to absurd size (zip bomb)."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        raise CompileError("zip_bomb")
    if unpacked > 20 * 1024 * 1024 and unpacked / packed > MAX_RATIO:
        raise CompileError("zip_bomb")


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data[:4096]:
        raise CompileError("unsupported")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CompileError("unsupported")
