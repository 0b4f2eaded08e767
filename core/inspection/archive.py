"""Is this Word or Excel file what it says it is? Every byte is inflated and counted, no header is believed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

MAX_ENTRIES = 1000
#: Bytes of all parts together once inflated, and of one part against its packed size once it is large at all.
MAX_INFLATED = 48 * 1024 * 1024
MAX_RATIO, RATIO_COUNTS_FROM = 200, 1024 * 1024
CHUNK = 256 * 1024
#: A tag with all its attributes, or a comment: Word packs a drawing into one, nothing packs more. Of a token without end
#: the parser would read the beginning again for each chunk.
MAX_TOKEN = 4 * 1024 * 1024

#: The type of the main part by the file's ending.
MAIN = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
}
#: What a file packed inside begins with: zip, rar, 7z, xz, and the container of old Office files.
PACKED = (
    b"PK\x03\x04",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\xfd7zXZ",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
ENCRYPTED = 0x1
#: The only links to the outside that a table or a text needs; others fetch templates, objects and frames.
HARMLESS_LINKS = ("/hyperlink", "/externalLinkPath")


class Bad(Exception):
    """The file is refused; ``code`` is the reason, which the guard puts into a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def inspect(data: bytes, ending: str, max_inflated: int = MAX_INFLATED) -> None:
    """Raise Bad unless ``data`` is a plain workbook or document of bounded size."""
    # Counted in the bytes first: building the list of a hundred thousand entries is the attack.
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise Bad("entries")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
            ends_at = archive.start_dir
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, struct.error) as error:
        raise Bad("broken") from error
    if not entries or entries[0].header_offset != 0:
        raise Bad("broken")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise Bad("broken")
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise Bad("encrypted")
    if any(name.lower().endswith("vbaproject.bin") or "/macrosheets/" in name.lower() for name in names):
        raise Bad("macros")
    if any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names):
        raise Bad("broken")
    total, last_end, types = 0, 0, set()
    for entry in entries:
        packed, last_end = _packed(data, entry, last_end, ends_at)
        part = _Part(entry.filename)
        size = 0
        for chunk in _inflated(packed, entry.compress_type):
            size += len(chunk)
            total += len(chunk)
            if total > max_inflated:
                raise Bad("bomb")
            if size > RATIO_COUNTS_FROM and size > MAX_RATIO * len(packed):
                raise Bad("bomb")
            part.feed(chunk)
        part.close()
        if size != entry.file_size:
            raise Bad("lying")
        types |= part.types
    if any("macroenabled" in each.lower() for each in types):
        raise Bad("macros")
    if MAIN[ending] not in types:
        raise Bad("kind")


def _packed(data: bytes, entry: zipfile.ZipInfo, from_here: int, ends_at: int) -> tuple[memoryview, int]:
    """The packed bytes of an entry and where they end; entries may not overlap, as those of a bomb do."""
    head = data[entry.header_offset : entry.header_offset + LOCAL_HEADER.size]
    if entry.header_offset < from_here or len(head) < LOCAL_HEADER.size:
        raise Bad("lying")
    mark, _, flags, method, *_, name_size, extra_size = LOCAL_HEADER.unpack(head)
    start = entry.header_offset + LOCAL_HEADER.size + name_size + extra_size
    end = start + entry.compress_size
    if mark != b"PK\x03\x04" or method != entry.compress_type or end > ends_at:
        raise Bad("lying")
    if flags & ENCRYPTED:
        raise Bad("encrypted")
    named = data[entry.header_offset + LOCAL_HEADER.size :][:name_size]
    if named != entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437"):
        raise Bad("lying")
    return memoryview(data)[start:end], end


def _inflated(packed: memoryview, method: int) -> Iterator[bytes]:
    """The bytes of an entry piece by piece, whatever its headers say about their number."""
    if method == zipfile.ZIP_STORED:
        for place in range(0, len(packed), CHUNK):
            yield bytes(packed[place : place + CHUNK])
        return
    if method != zipfile.ZIP_DEFLATED:
        raise Bad("broken")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    try:
        while not inflater.eof:
            chunk = inflater.decompress(rest, CHUNK)
            rest = inflater.unconsumed_tail
            if not chunk and not rest and not inflater.eof:
                raise Bad("broken")
            yield chunk
    except zlib.error as error:
        raise Bad("broken") from error
    if inflater.unused_data:
        raise Bad("lying")


class _Part:
    """One part while it is inflated: recognised by its first bytes, read as XML where it is XML.

    Office files never carry a DTD, and entities cannot be declared without one, so the first sign of one ends it.
    """

    def __init__(self, name: str) -> None:
        self.types: set[str] = set()
        self._name = name
        self._named_xml = name.lower().endswith((".xml", ".rels", ".vml"))
        # Old Excel wrote drawings that are not well-formed; they may not declare anything, that is enough.
        self._lenient = name.lower().endswith(".vml")
        self._parser: expat.XMLParserType | None = None
        self._begun = False
        self._fed = 0

    def feed(self, chunk: bytes) -> None:
        if not self._begun and chunk:
            self._begun = True
            if chunk.startswith(PACKED):
                raise Bad("nested")
            looks = chunk[:64].lstrip().startswith(b"<") or chunk.startswith(
                (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
            )
            if self._named_xml or looks:
                self._parser = self._make()
        self._parse(chunk, False)

    def close(self) -> None:
        self._parse(b"", True)

    def _parse(self, chunk: bytes, final: bool) -> None:
        if self._parser is None:
            return
        try:
            self._parser.Parse(chunk, final)
            self._fed += len(chunk)
            if self._fed - max(self._parser.CurrentByteIndex, 0) > MAX_TOKEN:
                raise Bad("bomb")
        except expat.ExpatError as error:
            self._parser = None
            if self._named_xml and not self._lenient:
                raise Bad("broken") from error

    def _make(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _declared
        parser.EntityDeclHandler = _declared
        parser.ExternalEntityRefHandler = _declared
        if self._name == "[Content_Types].xml":
            parser.StartElementHandler = self._type
        elif self._name.lower().endswith(".rels"):
            parser.StartElementHandler = _relationship
        return parser

    def _type(self, tag: str, attributes: dict[str, str]) -> None:
        self.types.add(attributes.get("ContentType", ""))


def _declared(*arguments: object) -> int:
    raise Bad("entities")


def _relationship(tag: str, attributes: dict[str, str]) -> None:
    outside = attributes.get("TargetMode", "").lower() == "external"
    if outside and not attributes.get("Type", "").endswith(HARMLESS_LINKS):
        raise Bad("outside")
