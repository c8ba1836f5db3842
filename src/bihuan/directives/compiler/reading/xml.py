"""XML parts of an archive, parsed without entities (defusedxml) and with a size limit."""

import zipfile
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ..errors import CompileError

MAX_PART = 200 * 1024 * 1024


def part(archive: zipfile.ZipFile, name: str) -> Element:
    """Return the root of the XML part ``name``. Raises CompileError: damaged, zip_bomb."""
    try:
        with archive.open(name) as handle:
            data = handle.read(MAX_PART + 1)
    except (KeyError, RuntimeError, zipfile.BadZipFile, OSError, EOFError) as fault:
        raise CompileError("damaged") from fault
    except Exception as fault:  # zlib.error has no common base with the above
        raise CompileError("damaged") from fault
    if len(data) > MAX_PART:
        raise CompileError("zip_bomb")
    try:
        root: Element = fromstring(data)
    except DefusedXmlException as fault:
        raise CompileError("zip_bomb", "含外部实体") from fault
    except (ParseError, ValueError) as fault:
        raise CompileError("damaged") from fault
    return root
